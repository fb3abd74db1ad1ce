"""The part of the training images that a run watches and does not learn from."""

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
