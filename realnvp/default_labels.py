"""Labels for pictures of a conditional model where nobody has chosen any."""

import torch
from torch import Tensor

from realnvp.config import ModelConfig


def labels_in_turn(config: ModelConfig, n: int) -> Tensor | None:
    """For n pictures each class in turn; attributes one at a time, after a picture with none.

    Returns:
        int64 (n,), float32 (n, A), or None for an unconditional model.
    """
    if config.label_kind is None:
        return None
    turn = torch.arange(n)
    if config.label_kind == "class":
        return turn % config.num_labels
    rows = torch.cat([torch.zeros(1, config.num_labels), torch.eye(config.num_labels)])
    return rows[turn % len(rows)]
