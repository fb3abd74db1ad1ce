"""Pixel masks: operations on part of the picture that a latent stands for.

Every variable of a latent lives at one pixel, where `flow.picture` shows it: the finest level at
half of the pixels, off the diagonals of the 2x2 cells, the next at half of the rest, and so on. A
mask takes of a level what lives at its pixels.
"""

from collections.abc import Collection

import torch
from torch import Tensor

from realnvp.explore.levels import level_mask
from realnvp.flow import RealNVP


def disc_mask(row: float, column: float, radius: float, size: tuple[int, int]) -> Tensor:
    """A round brush: pixels whose middle is at most `radius` from (row, column), boolean (H, W).

    Pixel (0, 0) has its middle at (0.5, 0.5).
    """
    rows = torch.arange(size[0])[:, None] + 0.5 - row
    columns = torch.arange(size[1]) + 0.5 - column
    return rows**2 + columns**2 <= radius**2


def latent_mask(flow: RealNVP, pixel_mask: Tensor, chosen: Collection[int]) -> Tensor:
    """Which variables of the chosen levels live at pixels that are True, boolean (D,).

    Args:
        pixel_mask: boolean (H, W).

    Raises:
        ValueError: if the mask is no picture's size, or the model has no such level.
    """
    if pixel_mask.dtype != torch.bool or pixel_mask.ndim != 2:
        given = f"{pixel_mask.dtype} {tuple(pixel_mask.shape)}"
        raise ValueError(f"a pixel mask is boolean (H, W), not {given}")
    size = (pixel_mask.shape[0], pixel_mask.shape[1])
    mask = level_mask(flow, chosen, size)
    return flow.unpicture(pixel_mask.expand(1, flow.config.channels, *size))[0] & mask


def paste(
    flow: RealNVP, a: Tensor, b: Tensor, pixel_mask: Tensor, chosen: Collection[int]
) -> Tensor:
    """a with b's chosen levels where the mask is True; (B, D) or (D,).

    The whole picture is `levels.swap`, and no pixel is a itself, bit for bit.

    Raises:
        ValueError: if the mask is not of the latents' size, or the model has no such level.
    """
    mask = latent_mask(flow, pixel_mask, chosen)
    if len(mask) != a.shape[-1]:
        height, width = pixel_mask.shape
        raise ValueError(f"a pixel mask of {height}x{width} does not fit latents of {a.shape[-1]}")
    return torch.where(mask, b, a)
