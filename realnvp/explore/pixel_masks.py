"""Operations on part of the picture that a latent stands for.

Every variable of a latent lives at one pixel, where `flow.picture` shows it: the finest level at
half of the pixels, off the diagonals of the 2x2 cells, the next at half of the rest, and so on. A
region takes of a level what lives at its pixels.
"""

from collections.abc import Collection

import torch
from torch import Tensor

from realnvp.explore.levels import level_mask
from realnvp.flow import RealNVP


def disc_region(row: float, column: float, radius: float, size: tuple[int, int]) -> Tensor:
    """A round brush: pixels whose middle is at most `radius` from (row, column), boolean (H, W).

    Pixel (0, 0) has its middle at (0.5, 0.5).
    """
    rows = torch.arange(size[0])[:, None] + 0.5 - row
    columns = torch.arange(size[1]) + 0.5 - column
    return rows**2 + columns**2 <= radius**2


def region_mask(flow: RealNVP, region: Tensor, chosen: Collection[int]) -> Tensor:
    """Which variables of the chosen levels live in a region, boolean (H, W): boolean (D,).

    Raises:
        ValueError: if the region is no picture's size, or the model has no such level.
    """
    if region.dtype != torch.bool or region.ndim != 2:
        raise ValueError(f"a region is boolean (H, W), not {region.dtype} {tuple(region.shape)}")
    size = (region.shape[0], region.shape[1])
    mask = level_mask(flow, chosen, size)
    return flow.unpicture(region.expand(1, flow.config.channels, *size))[0] & mask


def paste(flow: RealNVP, a: Tensor, b: Tensor, region: Tensor, chosen: Collection[int]) -> Tensor:
    """a with b's chosen levels inside a region; (B, D) or (D,).

    The whole picture is `levels.swap`, and no pixel is a itself, bit for bit.

    Raises:
        ValueError: if the region is not of the latents' size, or the model has no such level.
    """
    mask = region_mask(flow, region, chosen)
    if len(mask) != a.shape[-1]:
        height, width = region.shape
        raise ValueError(f"a region of {height}x{width} does not fit latents of {a.shape[-1]}")
    return torch.where(mask, b, a)
