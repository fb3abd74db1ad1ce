"""What a picture would cost under other labels."""

import torch
from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.explore import relabelling
from realnvp.flow import RealNVP

MAX_LABELS = 64  # more are neither quick nor easy to read


def other_labels(config: ModelConfig, labels: Tensor) -> Tensor:
    """Every class, (A,); of attributes those given with one after the other turned, (A, A)."""
    others = relabelling.other_labels(config, labels, config.num_labels)
    return others if config.label_kind == "class" else others[1:]


def label_costs(flow: RealNVP, image: Tensor, labels: Tensor) -> Tensor:
    """Bits that the whole picture costs more than under its labels, (A,); below 0, fewer.

    One bit fewer means that the label makes the picture twice as likely, log2 p(x | y') / p(x | y).

    Args:
        image: uint8 (1, C, H, W), every byte at the middle of its bin.
        labels: of one picture, as the flow takes them.

    Returns:
        One number for each of `other_labels`.
    """
    under = torch.cat([labels, other_labels(flow.config, labels)])
    bits = flow.bits_per_dim(image.expand(len(under), -1, -1, -1), under) * image.numel()
    return bits[1:] - bits[0]
