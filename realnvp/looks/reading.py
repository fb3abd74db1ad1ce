"""What a feature net reads off pictures: the probability of each of its labels."""

from collections.abc import Iterable

import torch
from torch import Tensor

from realnvp.explore.directions_of_sets import spoken
from realnvp.looks.net import BATCH, FeatureNet


@torch.inference_mode()
def probabilities(net: FeatureNet, images: Tensor) -> Tensor:
    """Of each label, (N, K), on the CPU; those of classes add up to 1, attributes are independent.

    Args:
        images: uint8 (N, C, H, W).

    Raises:
        ValueError: if the pictures have other channels than the net's.
    """
    if images.shape[1] != net.config.channels:
        raise ValueError(f"pictures have {images.shape[1]} channels, not {net.config.channels}")
    device = net.labels.weight.device
    logits = torch.cat([net(part.to(device)) for part in images.split(BATCH)]).cpu()
    return logits.sigmoid() if net.config.attributes else logits.softmax(dim=1)


def labels_of(net: FeatureNet) -> list[str]:
    """Its labels as directions are named after them."""
    return [spoken(name) for name in net.config.label_names]


def has_learned(net: FeatureNet, names: Iterable[str], channels: int) -> bool:
    """Whether it can read all labels of these names, of which there are some, off such pictures."""
    wanted = set(names)
    return bool(wanted) and net.config.channels == channels and wanted <= set(labels_of(net))
