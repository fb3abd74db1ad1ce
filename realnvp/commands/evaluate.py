"""Measure bits/dim on test and train images, and the round-trip error.

The test part is scored whole. Every image is averaged over --draws of the dequantization noise;
± is the standard error of the mean over the images. The noise has a fixed seed, so the same
command gives the same figures.

    python -m realnvp evaluate faces32 celeba10k_64.npz
"""

import argparse

import torch
from tqdm import tqdm

from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, add_model, open_images, open_model, tensors
from realnvp.data import ImageSet
from realnvp.evaluation import Evaluation, evaluate, round_trip
from realnvp.flow import RealNVP

TRAIN_IMAGES = 2000
ROUND_TRIP_IMAGES = 256


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


def run(options: argparse.Namespace) -> None:
    flow = open_model(options)
    data = open_images(flow.config, options.data)
    test = evaluate_part(flow, data, "test", options.draws)
    print(f"test   {test}")
    if options.train_images:
        train = evaluate_part(flow, data, "train", options.draws, options.train_images)
        print(f"train  {train}")
    print(f"round trip  {round_trip(flow, *_some(flow, data))}")
    recorded = flow.card.get("test_bits_per_dim")
    if isinstance(recorded, int | float):
        print(f"the card records {recorded:.4f} bits/dim on test")


def evaluate_part(
    flow: RealNVP, data: ImageSet, part: str, draws: int, limit: int | None = None
) -> Evaluation:
    """bits/dim of "test" or "train", with a bar; of `limit` images chosen by a fixed seed."""
    arrays = (data.test, data.test_labels) if part == "test" else (data.train, data.train_labels)
    images, labels = tensors(flow.config, *arrays)
    if limit is not None and limit < len(images):
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:limit]
        images, labels = images[chosen], None if labels is None else labels[chosen]
    with tqdm(total=len(images), desc=part, unit="images", leave=False) as bar:
        return evaluate(flow, images, labels, draws=draws, progress=bar.update)


def _some(flow: RealNVP, data: ImageSet) -> tuple[torch.Tensor, torch.Tensor | None]:
    images, labels = tensors(flow.config, data.test, data.test_labels)
    rows = slice(ROUND_TRIP_IMAGES)
    return images[rows], None if labels is None else labels[rows]
