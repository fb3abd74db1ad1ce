"""Find directions in a model's latent space, from labelled pictures.

Encodes DATA and writes directions.safetensors beside the weights, for the page Directions: one for
each label, from the mean latent of the pictures without it to that of those with it, with its
balanced accuracy on the test part; and the directions in which latents vary most. Only the vectors
are stored, no picture and no latent of one.

    python -m realnvp directions faces32 celeba10k_64.npz
"""

import argparse

from torch import Tensor
from tqdm import tqdm

from realnvp.commands import numbers
from realnvp.commands.common import (
    DEFAULT,
    add_model,
    folder_beside,
    open_folded,
    open_images,
)
from realnvp.data import ImageSet, load_images
from realnvp.direction_file import FILE, write_directions
from realnvp.explore.directions import PRINCIPAL
from realnvp.explore.directions_of_sets import (
    COMPONENTS,
    LEAST,
    directions_of,
    latents_of,
)
from realnvp.flow import RealNVP


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("data", metavar="DATA", help="images: a file or a folder")
    parser.add_argument(
        "--limit", type=numbers.whole(2), help="images of each part, chosen by a fixed seed"
    )
    parser.add_argument(
        "--least",
        type=numbers.real(0, 1),
        default=LEAST,
        help=f"balanced accuracy of a label's direction that is kept, {DEFAULT}",
    )
    parser.add_argument(
        "--components",
        type=numbers.whole(0, 4096),
        default=COMPONENTS,
        help=f"directions of variance, {DEFAULT}",
    )


def run(options: argparse.Namespace) -> None:
    flow = open_folded(options)
    conditioning = open_images(flow.config, options.data)
    wanted = conditioning
    if (
        flow.config.label_kind == "attributes"
    ):  # conditioned on a few; directions are learnt for all
        wanted = load_images(options.data, size=flow.config.image_size)
    train = _latents_of(flow, conditioning, wanted, "train", options.limit)
    test = _latents_of(flow, conditioning, wanted, "test", options.limit)
    found = directions_of(wanted.label_names, train, test, options.least, options.components)
    folder = folder_beside(options)
    write_directions(folder, found)
    for name, kind, figure in zip(found.names, found.kinds, found.figures, strict=True):
        what = "of the variance" if kind == PRINCIPAL else "balanced accuracy on test pictures"
        print(f"{name}: {100 * figure:.1f} % {what}")
    size = (folder / FILE).stat().st_size
    print(f"{len(found)} directions, {size / 1000:.0f} kB, {folder.name}/{FILE} written")


def _latents_of(
    flow: RealNVP, conditioning: ImageSet, wanted: ImageSet, part: str, limit: int | None
) -> tuple[Tensor, Tensor]:
    """`latents_of`, with a bar."""
    count = len(getattr(wanted, part))
    total = count if limit is None else min(count, limit)
    with tqdm(total=total, desc=part, unit="images", leave=False) as bar:
        return latents_of(flow, conditioning, wanted, part, limit, bar.update)
