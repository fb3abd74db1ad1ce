"""The part of the training images that a run watches and does not learn from."""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from realnvp.config import TrainConfig
from realnvp.data import ImageSet


@dataclass(frozen=True)
class HeldOut:
    """Training images split into a part to learn from and a part to watch."""

    train: np.ndarray
    train_labels: np.ndarray | None
    validation: Tensor
    validation_labels: Tensor | None


def hold_out(data: ImageSet, config: TrainConfig) -> HeldOut:
    """The last `config.validation` of the training images in a seeded order, for validation."""
    if len(data.train) < config.validation + config.batch_size:
        raise ValueError(
            f"{len(data.train)} training images are too few for {config.validation} held out "
            f"and batches of {config.batch_size}"
        )
    order = np.random.default_rng(config.seed).permutation(len(data.train))
    train, held = np.split(order, [len(order) - config.validation])
    labels = data.train_labels
    return HeldOut(
        data.train[train],
        None if labels is None else labels[train],
        torch.from_numpy(data.train[held]),
        None if labels is None else torch.from_numpy(labels[held]),
    )


def identity(data: ImageSet, *, with_labels: bool) -> dict[str, object]:
    """What is the same only for the same training images in the same order.

    With one picture more or less `hold_out` holds others out, and a run that resumes would learn
    from what it has watched so far.

    Args:
        with_labels: whether their labels count as well, as where a model is conditioned on them.

    Returns:
        How many they are, and a digest, of plain JSON types.
    """
    digest = hashlib.blake2b(digest_size=16)
    for array in (data.train, data.train_labels if with_labels else None):
        if array is not None:
            digest.update(f"{array.dtype} {array.shape} ".encode())
            digest.update(np.ascontiguousarray(array).data)
    return {"count": len(data.train), "blake2b": digest.hexdigest()}
