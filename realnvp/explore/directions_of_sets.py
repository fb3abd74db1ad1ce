"""The directions that a model gets from a set: of its labels, and of how its latents vary."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from realnvp.data import ImageSet
from realnvp.data.chosen import chosen
from realnvp.explore.directions import Directions, joined
from realnvp.explore.learnt_directions import labelled, principals
from realnvp.flow import RealNVP
from realnvp.measuring import part_of, tensors

LEAST = 0.65  # balanced accuracy of a label's direction that is worth a slider
COMPONENTS = 12
BATCH = 250


def directions_of(
    names: tuple[str, ...],
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    least: float = LEAST,
    components: int = COMPONENTS,
) -> Directions:
    """What a model gets, from latents (N, D) and answers, boolean (N, K), of each part."""
    z, _ = train
    components = min(components, len(z) - 1, z.shape[1])
    learnt = labelled([spoken(name) for name in names], train, test, least)
    return joined(learnt, principals(z, components)) if components else learnt


def latents_of(
    flow: RealNVP,
    conditioning: ImageSet,
    wanted: ImageSet,
    part: str,
    limit: int | None,
    progress: Callable[[int], object] = lambda done: None,
) -> tuple[Tensor, Tensor]:
    """Latents of "train" or "test", (N, D), and the answers to its labels, (N, K).

    Args:
        conditioning: images with the labels that the model is conditioned on.
        wanted: the same images, with the labels that directions are learnt for.
        limit: images at most, chosen by a fixed seed.
        progress: told how many more images are done.
    """
    images, labels = tensors(flow.config, *part_of(conditioning, part))
    truth = answers_of(part_of(wanted, part)[1], len(wanted.label_names), len(images))
    if limit is not None and limit < len(images):
        rows = chosen(len(images), limit)
        images, truth = images[rows], truth[rows]
        labels = None if labels is None else labels[rows]
    latents = []
    for start in range(0, len(images), BATCH):
        batch = slice(start, start + BATCH)
        latents.append(flow.encode(images[batch], None if labels is None else labels[batch]))
        progress(len(latents[-1]))
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
