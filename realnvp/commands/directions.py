"""Find directions in a model's latent space, from labelled pictures.

Encodes DATA and writes directions.safetensors beside the weights, for the page Directions: one for
each label, from the mean latent of the pictures without it to that of those with it, with its
balanced accuracy on the test part; and the directions in which latents vary most. Only the vectors
are stored, no picture and no latent of one.

    python -m realnvp directions faces32 celeba10k_64.npz
"""

import argparse

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from realnvp.commands import numbers
from realnvp.commands.common import (
    DEFAULT,
    add_model,
    folder_beside,
    open_folded,
    open_images,
    tensors,
)
from realnvp.data import ImageSet, load_images
from realnvp.direction_file import FILE, write_directions
from realnvp.explore.directions import PRINCIPAL, Directions, joined
from realnvp.explore.learnt_directions import labelled, principals
from realnvp.flow import RealNVP

LEAST = 0.65  # balanced accuracy of a label's direction that is worth a slider
COMPONENTS = 12
BATCH = 250


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
    train = latents_of(flow, conditioning, wanted, "train", options.limit)
    test = latents_of(flow, conditioning, wanted, "test", options.limit)
    found = directions_of(wanted.label_names, train, test, options.least, options.components)
    folder = folder_beside(options)
    write_directions(folder, found)
    for name, kind, figure in zip(found.names, found.kinds, found.figures, strict=True):
        what = "of the variance" if kind == PRINCIPAL else "balanced accuracy on test pictures"
        print(f"{name}: {100 * figure:.1f} % {what}")
    size = (folder / FILE).stat().st_size
    print(f"{len(found)} directions, {size / 1000:.0f} kB, {folder.name}/{FILE} written")


def directions_of(
    names: tuple[str, ...],
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    least: float = LEAST,
    components: int = COMPONENTS,
) -> Directions:
    """What the command writes, from latents (N, D) and answers, boolean (N, K), of each part."""
    z, _ = train
    components = min(components, len(z) - 1, z.shape[1])
    learnt = labelled([spoken(name) for name in names], train, test, least)
    return joined(learnt, principals(z, components)) if components else learnt


def latents_of(
    flow: RealNVP, conditioning: ImageSet, wanted: ImageSet, part: str, limit: int | None
) -> tuple[Tensor, Tensor]:
    """Latents of "train" or "test", (N, D), with a bar, and the answers to its labels, (N, K).

    Args:
        conditioning: images with the labels that the model is conditioned on.
        wanted: the same images, with the labels that directions are learnt for.
    """
    given = getattr(conditioning, f"{part}_labels")
    images, labels = tensors(flow.config, getattr(conditioning, part), given)
    truth = answers_of(getattr(wanted, f"{part}_labels"), len(wanted.label_names), len(images))
    if limit is not None and limit < len(images):
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:limit]
        images, truth = images[chosen], truth[chosen]
        labels = None if labels is None else labels[chosen]
    latents = []
    with tqdm(total=len(images), desc=part, unit="images", leave=False) as bar:
        for start in range(0, len(images), BATCH):
            rows = slice(start, start + BATCH)
            latents.append(flow.encode(images[rows], None if labels is None else labels[rows]))
            bar.update(len(latents[-1]))
    return torch.cat(latents), truth


def answers_of(labels: np.ndarray | None, names: int, n: int) -> Tensor:
    """Labels of n images as yes and no, boolean (n, names); a class against all others."""
    if labels is None or not names:
        return torch.zeros(n, 0, dtype=torch.bool)
    given = torch.from_numpy(labels)
    return given.bool() if given.ndim == 2 else given[:, None] == torch.arange(names)


def spoken(name: str) -> str:
    """A label as people write it: "5_o_Clock_Shadow" becomes "5 o'clock shadow"."""
    if "_" not in name:
        return name
    words = name.replace("_", " ")
    return words[0] + words[1:].lower().replace(" o clock", " o'clock")
