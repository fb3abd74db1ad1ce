"""Repair: the time of a search, and with --faces how near it comes to pictures that were hidden.

Timed is one picture, then the four of a page, from the start to the last step; the last column is
the time of all processors together, which a busy machine changes less. `--faces DATA` takes test
pictures of an image set (as `train` does), hides a part of each and looks for it from one seed.
Of the answer the PSNR where nothing was known, and bits/dim less the truth's: below 0,
the model finds its own answer likelier. Beside it stand the plainest picture that fits (a hole
filled with the mean of the rest, one grey, block means, the noise itself) and the training picture
that fits best, with what is known put into it where that can be done.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

import realnvp
from benchmarks.models import described
from benchmarks.report import table
from benchmarks.timing import Times
from realnvp import RealNVP
from realnvp.data import load_images
from realnvp.default_temperature import default_temperature, of_all_levels
from realnvp.explore.frames import labels_for_all
from realnvp.explore.inverse_problems import STEPS, Moves, solve
from realnvp.explore.measurements import (
    BlockMeans,
    Hole,
    Luminance,
    Measurement,
    Noisy,
    half,
    psnr,
)
from realnvp.image_encoding import to_png
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.viz import image_grid

SHOWN = 16  # rows of a sheet
TOGETHER = 8  # pictures that are looked for at once
HEADS = ["known", "plainest", "nearest", "found", "better than both", "bits/dim less the truth's"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", default="faces32", help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=STEPS, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--faces", type=Path, metavar="DATA", help="an image set")
    parser.add_argument("--count", type=int, default=64, help="test pictures: %(default)s")
    parser.add_argument("--sheets", type=Path, help="a folder for pictures of it")
    parser.add_argument("--moves", choices=["latent", "pixels"], default="latent")
    parser.add_argument("--problems", nargs="+", help="some of them, by a word of their names")


def run(options: argparse.Namespace) -> None:
    flow = fold(realnvp.load(options.checkpoint).to(options.device))
    if options.faces is None:
        print(f"{described(flow)}; {options.steps} steps, median (best) of {options.rounds}\n")
        heads = ["pictures at once", "a search, s", "a step and picture, ms", "of processors, s"]
        print(table(heads, list(timed(flow, options))))
        return
    data = load_images(options.faces, size=flow.config.image_size)
    images, train = torch.from_numpy(data.test[: options.count]), torch.from_numpy(data.train)
    found = problems(flow.config.image_size, flow.config.channels)
    if options.problems:
        found = {n: m for n, m in found.items() if any(word in n for word in options.problems)}
    print(f"{options.checkpoint}, {len(images)} test pictures, {options.steps} steps; PSNR in dB\n")
    rows = []
    for name, measurement in found.items():
        rows.append([name, *measured(flow, measurement, images, train, options, name)])
        print(f"{name}: {rows[-1][1:]}", flush=True)
    print()
    print(table(HEADS, rows))


def timed(flow: RealNVP, options: argparse.Namespace) -> Iterator[list[object]]:
    """A row for one picture, and for four."""
    size = flow.config.image_size
    hole = Hole(mouth(size))
    image = flow.sample(1, 0.7, torch.Generator().manual_seed(0), labels_of(flow.config, None, 1))
    for count in (1, 4):

        def search(steps: int, count: int = count) -> tuple[float, float]:
            labels = labels_of(flow.config, None, 1)
            began, used = time.perf_counter(), time.process_time()
            known = hole.known(image)
            for _ in solve(flow, hole, known, labels=labels, steps=steps, count=count):
                pass
            return 1000 * (time.perf_counter() - began), time.process_time() - used

        search(2)  # which does not count
        taken = [search(options.steps) for _ in range(options.rounds)]
        times, used = Times([wall for wall, _ in taken]), min(used for _, used in taken)
        each = times.median / options.steps / count
        seconds = f"{times.median / 1000:.1f} ({times.best / 1000:.1f})"
        yield [count, seconds, f"{each:.0f}", f"{used:.1f}"]


def mouth(size: tuple[int, int]) -> Tensor:
    """Of a face about the mouth and the nose, a sixth of the picture: boolean (H, W)."""
    height, width = size
    missing = torch.zeros(size, dtype=torch.bool)
    missing[round(17 / 32 * height) : round(27 / 32 * height), width // 4 : width - width // 4] = (
        True
    )
    return missing


def problems(size: tuple[int, int], channels: int) -> dict[str, Measurement]:
    """What is known, by names for people."""
    found: dict[str, Measurement] = {
        "all but mouth and nose": Hole(mouth(size)),
        "the right half": Hole(half(size, "left")),
        "luminance": Luminance(),
        "4 × 4 means": BlockMeans(4),
        "picture + noise of 30": Noisy(30.0),
    }
    return {n: m for n, m in found.items() if channels == 3 or n != "luminance"}


def measured(
    flow: RealNVP,
    measurement: Measurement,
    images: Tensor,
    train: Tensor,
    options: argparse.Namespace,
    name: str,
) -> list[object]:
    """Means over the pictures: PSNR of the three, how often the last is best, bits/dim."""
    size, labels = flow.config.image_size, labels_of(flow.config, None, 1)
    temperature = of_all_levels(default_temperature(flow.card, flow.config.num_levels))
    moves: Moves = options.moves
    where, rows, sheet = measurement.sought(size), [], []
    seen = measurement.apply(train.float() + 0.5).flatten(1)
    for first in range(0, len(images), TOGETHER):
        part = images[first : first + TOGETHER]
        known = torch.cat([measurement.known(image[None]) for image in part])
        plainest = measurement.filled(known, size)
        nearest = nearest_of(measurement, seen, train, known)
        *_, last = solve(
            flow,
            measurement,
            known,
            labels=labels,
            temperature=temperature,
            steps=options.steps,
            moves=moves,
            seed=first,
            count=len(part),
            every=options.steps,
        )
        ratios = [psnr(one, part, where) for one in (plainest, nearest, last.images)]
        bits = last.bits_per_dim - flow.bits_per_dim(part, labels_for_all(labels, len(part)))
        best = ratios[2] > torch.maximum(*ratios[:2])
        rows.append(torch.stack([*ratios, best.double(), bits], dim=1))
        sheet += [
            torch.stack(four) for four in zip(part, plainest, nearest, last.images, strict=True)
        ]
    if options.sheets:
        options.sheets.mkdir(parents=True, exist_ok=True)
        pixels = image_grid(torch.cat(sheet[:SHOWN]), 4, 2)
        file = options.sheets / f"{name.replace(' ', '_')}_{moves}.png"
        file.write_bytes(to_png(pixels.repeat(4, axis=0).repeat(4, axis=1)))
    plain, near, found, best, bits = torch.cat(rows).mean(0).tolist()
    return [f"{plain:.1f}", f"{near:.1f}", f"{found:.1f}", f"{100 * best:.0f} %", f"{bits:+.2f}"]


def nearest_of(measurement: Measurement, seen: Tensor, train: Tensor, known: Tensor) -> Tensor:
    """The training pictures whose measurements are nearest, with what is known put into them.

    Args:
        seen: A(x) of the training pictures, (N, ...) flat.
    """
    target = known.float() + 0.5
    if isinstance(measurement, Hole):
        target = measurement.apply(target)
    rows = [int((seen - one).square().sum(1).argmin()) for one in target.flatten(1)]
    return measurement.kept(train[rows], known)
