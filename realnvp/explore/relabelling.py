"""The labels that a picture could be decoded with instead of its own."""

import torch
from torch import Tensor

from realnvp.config import ModelConfig


def other_labels(config: ModelConfig, labels: Tensor, limit: int = 64) -> Tensor:
    """Every class, or the attributes with one after the other flipped.

    The paper's attribute change: encode under y, decode under y'. Noise that is free of what the
    label says keeps the rest of the picture.

    Args:
        labels: of one picture, as a conditional flow takes them: (1,) or (1, A), from 0 to 1.
        limit: classes or attributes, the first of them.

    Returns:
        Classes 0, 1 ..., (n,), or (1 + n, A): as they are, then each attribute flipped.
    """
    count = min(config.num_labels, limit)
    if config.label_kind == "class":
        return torch.arange(count)
    flips = torch.eye(config.num_labels, dtype=torch.bool)[:count]
    # Between absent and present, it goes to the end that is farther; from halfway, to absent.
    return torch.cat([labels, torch.where(flips, (labels < 0.5).to(labels.dtype), labels)])
