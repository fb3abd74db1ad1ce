"""A training step as `python -m realnvp train` takes it, in float32 and in bfloat16 by turns.

The pictures are noise: what a step costs does not depend on them. bfloat16 is for the conditioners
alone; the trainer takes it where it is faster. `--inverse-penalty` is a part of one step in four,
and always in float32.
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Literal

from torch import Generator, Tensor

from benchmarks.models import add_model, chosen_model, described, random_images
from benchmarks.report import table
from benchmarks.timing import in_turns
from realnvp import RealNVP, TrainConfig
from realnvp.labels import labels_of
from realnvp.nets import parameter_count
from realnvp.training.step import make_optimizer, train_step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--batch", type=int, default=32, help="images (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    flow = chosen_model(options)
    images = random_images(flow, options.batch)
    kinds = {
        "float32": training_step(flow, False),
        "bfloat16": training_step(flow, True),
        "bfloat16, with SOAP for Adam": training_step(flow, True, optimizer="soap"),
        "bfloat16, with the penalty on the inverse": training_step(flow, True, 5.0),
    }
    steps = {name: partial(step, images) for name, step in kinds.items()}
    times = in_turns(steps, options.rounds)
    weights = parameter_count(flow)
    print(f"{described(flow)}, {weights:,} weights; batch {options.batch}; ms: median (best)\n")
    rows = [[name, t, f"{1000 * options.batch / t.median:.0f}"] for name, t in times.items()]
    print(table(["conditioners in", "a step", "images/s"], rows))


def training_step(
    flow: RealNVP,
    bf16: bool,
    inverse_penalty: float = 0.0,
    optimizer: Literal["adam", "soap"] = "adam",
) -> Callable[[Tensor], object]:
    """Steps of this flow, which they change, on uint8 images (B, C, H, W)."""
    flow.train().requires_grad_(True)
    config = TrainConfig(optimizer=optimizer)
    descent, generator = make_optimizer(flow, config), Generator().manual_seed(0)

    def step(images: Tensor) -> object:
        labels = labels_of(flow.config, None, len(images))
        return train_step(
            flow,
            descent,
            images,
            labels,
            config,
            learning_rate=1e-5,
            bf16=bf16,
            generator=generator,
            inverse_penalty=inverse_penalty,
        )

    return step
