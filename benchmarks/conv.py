"""The share of this machine's own convolution speed that encoding reaches.

All convolutions of the model are run alone, torch.nn.functional.conv2d with bias, channels-last,
on random maps of the same shapes and in the same order: this is what the machine can do at best
with this architecture. Then whole calls of encode, from bytes to latents, in the folded form and
in the form of training. The share is the time of the former over that of the latter.
"""

import argparse
from collections.abc import Callable

import torch
from torch.nn import functional as F

from benchmarks.models import add_model, chosen_model, described, random_images
from benchmarks.report import table
from benchmarks.timing import in_turns
from realnvp import RealNVP
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.nets import WeightNormConv2d


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--batch", type=int, default=16, help="images (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=30, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    flow = chosen_model(options)
    folded = fold(flow)
    images = random_images(flow, options.batch)
    labels = labels_of(flow.config, None, options.batch)
    convolutions, operations = convolutions_of(flow, images, labels)
    times = in_turns(
        {
            "its convolutions alone": convolutions,
            "encode, folded": lambda: folded.encode(images, labels),
            "encode, as trained": lambda: flow.encode(images, labels),
        },
        options.rounds,
    )
    alone = times["its convolutions alone"]
    rows = [
        [
            name,
            taken,
            f"{operations / taken.median / 1e6:.0f}",
            f"{100 * alone.median / taken.median:.0f} %",
            f"{100 * alone.best / taken.best:.0f} %",
        ]
        for name, taken in times.items()
    ]
    print(f"{described(flow)}; batch {options.batch}; ms: median (best) of {options.rounds}\n")
    print(table(["", "ms", "GFLOP/s", "share of medians", "share of bests"], rows))


def convolutions_of(
    flow: RealNVP, images: torch.Tensor, labels: torch.Tensor | None
) -> tuple[Callable[[], None], int]:
    """A function that runs the convolutions of one encode and nothing else, and its operations.

    A multiplication and an addition count as two.
    """
    jobs: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]] = []

    def note(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: object) -> None:
        assert isinstance(module, WeightNormConv2d)
        x = torch.randn_like(inputs[0]).contiguous(memory_format=torch.channels_last)
        weight = module.weight().contiguous(memory_format=torch.channels_last)
        jobs.append((x, weight, weight.new_zeros(len(weight)), module.padding))

    modules = [m for m in flow.modules() if isinstance(m, WeightNormConv2d)]
    hooks = [module.register_forward_hook(note) for module in modules]
    flow.encode(images, labels)
    for hook in hooks:
        hook.remove()

    @torch.inference_mode()
    def run_all() -> None:
        for x, weight, bias, padding in jobs:
            F.conv2d(x, weight, bias, padding=padding)

    return run_all, sum(2 * x[:, 0].numel() * weight.numel() for x, weight, _, _ in jobs)
