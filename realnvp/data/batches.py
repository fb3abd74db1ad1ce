"""Shuffled mini-batches of an image set, one epoch at a time."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor


def batches(
    images: np.ndarray,
    batch_size: int,
    *,
    generator: torch.Generator,
    labels: np.ndarray | None = None,
    flip: bool = False,
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """One epoch in random order; a last batch that would be short is dropped.

    All random numbers are drawn when the first batch is taken, so what the caller draws from the
    same generator between batches changes nothing here.

    Args:
        images: uint8 (N, C, H, W).
        batch_size: images per batch.
        generator: decides order and flips, on the CPU.
        labels: class indices (N,) or attributes (N, A), given along in the same order.
        flip: mirror each image left to right with probability 1/2.

    Yields:
        uint8 (batch_size, C, H, W) and its labels, or None without labels. Both are copies.

    Raises:
        ValueError: if there are fewer images than one batch needs, or another number of labels.
    """
    if not 1 <= batch_size <= len(images):
        raise ValueError(
            f"batch size {batch_size} must be 1 to {len(images)}, the images there are"
        )
    if labels is not None and len(labels) != len(images):
        raise ValueError(f"{len(labels)} labels for {len(images)} images")
    return _epoch(images, batch_size, generator, labels, flip)


def _epoch(
    images: np.ndarray,
    batch_size: int,
    generator: torch.Generator,
    labels: np.ndarray | None,
    flip: bool,
) -> Iterator[tuple[Tensor, Tensor | None]]:
    order = torch.randperm(len(images), generator=generator).numpy()
    mirrored = torch.rand(len(images), generator=generator) < 0.5 if flip else None
    for start in range(0, len(images) - batch_size + 1, batch_size):
        chosen = order[start : start + batch_size]
        batch = torch.from_numpy(images[chosen])
        if mirrored is not None:
            here = mirrored[start : start + batch_size]
            batch[here] = batch[here].flip(-1)
        yield batch, None if labels is None else torch.from_numpy(labels[chosen])
