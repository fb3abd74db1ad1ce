"""Measure bits/dim on test and train images, and the round-trip error.

The test part is scored whole. Every image is averaged over --draws of the dequantization noise;
± is the standard error of the mean over the images. The noise has a fixed seed, so the same
command gives the same figures.

    python -m realnvp evaluate faces32 celeba10k_64.npz
    python -m realnvp evaluate faces32 celeba10k_64.npz --looks --temperatures 0.7 0.6,0.7,0.9

--looks says instead how much samples look like test pictures, by what a small classifier of the
set's labels sees (`features` trains one): the Fréchet distance of its last features, less is
better; precision, the share of samples that lie among test pictures; recall, the share of test
pictures that lie among samples. Other real pictures are the floor, noise is the ceiling. All
depend on how many pictures there are, 2000 or as many as the test part has: compare figures of one
set only.
"""

import argparse
import sys
from collections.abc import Sequence

import torch
from tqdm import tqdm

from realnvp.commands import numbers
from realnvp.commands.common import (
    DEFAULT,
    add_model,
    open_images,
    open_model,
    temperatures,
)
from realnvp.data import ImageSet
from realnvp.evaluation import Evaluation, round_trip
from realnvp.flow import RealNVP
from realnvp.inference import fold
from realnvp.latents import level_temperatures
from realnvp.looks import looks, net_for
from realnvp.looks.parts import compared
from realnvp.measuring import measured, part_of, tensors
from realnvp.packaging import ROUND_TRIP_IMAGES

TRAIN_IMAGES = 2000
TEMPERATURES = (0.6, 0.7, 0.8, 0.9, 1.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("data", metavar="DATA", help="images: a file or a folder")
    parser.add_argument(
        "--draws", type=numbers.whole(1, 10_000), default=4, help=f"of the noise, {DEFAULT}"
    )
    parser.add_argument(
        "--train-images",
        type=numbers.whole(0),
        default=TRAIN_IMAGES,
        help=f"of the train part, {DEFAULT}",
    )
    parser.add_argument("--looks", action="store_true", help="how much samples look like pictures")
    parser.add_argument(
        "--temperatures",
        type=temperatures,
        nargs="+",
        metavar="T",
        help="of --looks; of one with commas, one per level, finest first"
        f" (default: {' '.join(map(str, TEMPERATURES))})",
    )


def run(options: argparse.Namespace) -> None:
    if options.temperatures and not options.looks:
        raise ValueError("--temperatures are of --looks")
    flow = open_model(options)
    data = open_images(flow.config, options.data)
    if options.looks:
        print_looks(flow, data, options.temperatures or TEMPERATURES)
        return
    test = evaluate_part(flow, data, "test", options.draws)
    print(f"test   {test}")
    if options.train_images:
        train = evaluate_part(flow, data, "train", options.draws, options.train_images)
        print(f"train  {train}")
    if flow.has_couplings:  # else it is `doctor` that looks at it
        print(f"round trip  {round_trip(flow, *_some(flow, data))}")
    recorded = flow.card.get("test_bits_per_dim")
    if isinstance(recorded, int | float):
        print(f"the card records {recorded:.4f} bits/dim on test")


def print_looks(flow: RealNVP, data: ImageSet, chosen: Sequence[float | Sequence[float]]) -> None:
    """A row for each of the temperatures, between those of real pictures and of noise."""
    for temperature in chosen:
        level_temperatures(temperature, flow.shapes())  # tell before the work what cannot be
    net, count = net_for(data), len(compared(data))
    _, labels = tensors(flow.config, data.test, data.test_labels)
    print(f"{count:,} samples against {count:,} test pictures, by the features of {net.name}")
    print(f"{'':24}  Fréchet  precision  recall")
    with tqdm(total=count * len(chosen), unit="samples", leave=False) as bar:
        for row in looks(fold(flow), net, data, chosen, labels, progress=bar.update):
            figures = f"{row.distance:7.3f}  {row.precision:9.3f}  {row.recall:6.3f}"
            tqdm.write(f"{row.what:24}  {figures}", file=sys.stdout)


def evaluate_part(
    flow: RealNVP, data: ImageSet, part: str, draws: int, limit: int | None = None
) -> Evaluation:
    """bits/dim of "test" or "train", with a bar; of `limit` images chosen by a fixed seed."""
    count = len(part_of(data, part)[0])
    total = count if limit is None else min(count, limit)
    with tqdm(total=total, desc=part, unit="images", leave=False) as bar:
        return measured(flow, data, part, draws, limit, bar.update)


def _some(flow: RealNVP, data: ImageSet) -> tuple[torch.Tensor, torch.Tensor | None]:
    images, labels = tensors(flow.config, data.test, data.test_labels)
    rows = slice(ROUND_TRIP_IMAGES)
    return images[rows], None if labels is None else labels[rows]
