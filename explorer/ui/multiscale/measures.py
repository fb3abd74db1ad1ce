"""What the notices of Multi-scale are made of: how pictures, uint8, differ, in steps of 1/255."""

import torch
from torch import Tensor

from realnvp import RealNVP
from realnvp.explore.report import norm_ratio


def difference(images: Tensor, other: Tensor) -> list[float]:
    """Root mean square of images (n, C, H, W) less other (1, C, H, W), of each."""
    return (images.double() - other.double()).square().mean(dim=(1, 2, 3)).sqrt().tolist()


def contrast(images: Tensor) -> list[float]:
    """Standard deviation of the values of each picture, (n, C, H, W)."""
    return images.double().flatten(1).std(dim=1, correction=0).tolist()


def grain(images: Tensor) -> list[float]:
    """Root mean square difference between neighbours along a row, of each, (n, C, H, W)."""
    return images.double().diff(dim=3).square().mean(dim=(1, 2, 3)).sqrt().tolist()


def level_norms(flow: RealNVP, z: Tensor) -> list[float]:
    """‖z_i‖/√D_i of each level of a latent (1, D), finest first."""
    return [norm_ratio(level.double()) for level in flow.unpack(z)]


def neighbours(flow: RealNVP, z: Tensor) -> list[float]:
    """How neighbours along a row of a level's channels go together, -1 to 1, finest first.

    The correlation of the two; 0 is what noise has, and where a level is one column wide or all 0.
    """
    found = []
    for level in flow.unpack(z):
        left, right = level[..., :-1].double().flatten(), level[..., 1:].double().flatten()
        pairs = torch.corrcoef(torch.stack([left, right])) if len(left) > 1 else torch.zeros(2, 2)
        found.append(float(pairs[0, 1].nan_to_num()))
    return found


def most_and_least(values: list[float], names: list[str]) -> tuple[str, str]:
    """Names, with their values, of the largest and of the smallest: "level 3 (41.2)"."""
    told = sorted(zip(values, names, strict=True))
    return tuple(f"{name} ({value:.1f})" for value, name in (told[-1], told[0]))  # type: ignore[return-value]
