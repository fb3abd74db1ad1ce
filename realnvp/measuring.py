"""A part of an image set, and a model measured on it."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.data import ImageSet
from realnvp.data.chosen import chosen
from realnvp.evaluation import Evaluation, evaluate
from realnvp.flow import RealNVP


def tensors(
    config: ModelConfig, images: np.ndarray, labels: np.ndarray | None
) -> tuple[Tensor, Tensor | None]:
    """A part of an image set as the flow takes it."""
    use = labels is not None and config.label_kind is not None
    return torch.from_numpy(images), torch.from_numpy(labels) if use else None


def part_of(data: ImageSet, part: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Images and labels of "train" or "test"."""
    return (data.test, data.test_labels) if part == "test" else (data.train, data.train_labels)


def measured(
    flow: RealNVP,
    data: ImageSet,
    part: str,
    draws: int,
    limit: int | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> Evaluation:
    """bits/dim of "test" or "train"; of `limit` images chosen by a fixed seed.

    Args:
        progress: told how many more images are done.
    """
    images, labels = tensors(flow.config, *part_of(data, part))
    if limit is not None and limit < len(images):
        rows = chosen(len(images), limit)
        images, labels = images[rows], None if labels is None else labels[rows]
    return evaluate(flow, images, labels, draws=draws, progress=progress)
