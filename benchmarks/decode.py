"""The time of a decode by batch, picture size and depth, exact and fast, with what fast changes.

Exact is the folded form in float32, fast the same with its conditioners in bfloat16. Where the
processor has no bfloat16 instructions, `fold(flow, fast=True)` measures that and stays exact; its
column then shows what it would have cost. Pixels are those of the same latents at temperature 0.7.
"""

import argparse
import dataclasses

import torch

from benchmarks.models import add_model, chosen_model, described, random_model
from benchmarks.report import table
from benchmarks.timing import in_turns
from realnvp import RealNVP
from realnvp.inference import fold, half_is_faster, in_half
from realnvp.labels import labels_of

HEADS = [
    "model",
    "picture",
    "batch",
    "as trained, ms",
    "exact, ms",
    "fast, ms",
    "bytes changed",
    "by at most",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--rounds", type=int, default=15, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    flow = chosen_model(options)
    height, width = flow.config.image_size
    rows = [measured(flow, n, (height, width), options.rounds) for n in (1, 4, 16, 64)]
    rows.append(measured(flow, 16, (2 * height, 2 * width), options.rounds))
    for blocks in (0, 2, 4):
        deeper = dataclasses.replace(flow.config, num_blocks=blocks)
        other = random_model(deeper).to(options.device)
        rows.append(measured(other, 16, (height, width), options.rounds))
    used = "used" if half_is_faster(fold(flow)) else "not used"
    print(f"ms: median (best) of {options.rounds}; bfloat16 is {used} by fast on this device\n")
    print(table(HEADS, rows))


def measured(flow: RealNVP, n: int, size: tuple[int, int], rounds: int) -> list[object]:
    exact = fold(flow)
    half = in_half(exact)
    z = flow.draw(n, 0.7, torch.Generator().manual_seed(0), size)
    labels = labels_of(flow.config, None, n)
    times = in_turns(
        {
            "trained": lambda: flow.decode(z, labels, size),
            "exact": lambda: exact.decode(z, labels, size),
            "half": lambda: half.decode(z, labels, size),
        },
        rounds,
    )
    difference = (half.decode(z, labels, size).int() - exact.decode(z, labels, size).int()).abs()
    return [
        described(flow),
        f"{size[0]}x{size[1]}",
        n,
        times["trained"],
        times["exact"],
        times["half"],
        f"{100 * (difference > 0).float().mean():.2f} %",
        int(difference.max()),
    ]
