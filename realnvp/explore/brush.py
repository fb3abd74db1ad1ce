"""What a round brush has painted."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.explore.pixel_masks import disc_mask

Disc = tuple[float, float, float]  # row, column, radius in pixels, as `disc_mask` has them

MAX_DISCS = 64


class BrushError(ValueError):
    """Discs that cannot be read; one line for the person who wrote them."""


def painted(discs: Sequence[Disc], size: tuple[int, int]) -> Tensor:
    """The pixels that at least one disc covers, boolean (H, W)."""
    mask = torch.zeros(size, dtype=torch.bool)
    for disc in discs:
        mask = mask | disc_mask(*disc, size)
    return mask


def clamped(disc: Sequence[float], size: tuple[int, int]) -> Disc:
    """The nearest disc to the half pixel: its middle in the picture, its radius 1/2 to the side.

    The longer side; numbers must be finite.
    """
    height, width = size
    low, high = (0.0, 0.0, 0.5), (height, width, max(size))
    row, column, radius = (
        round(2 * min(max(value, least), most)) / 2
        for value, least, most in zip(disc, low, high, strict=True)
    )
    return row, column, radius


def with_stroke(
    discs: Sequence[Disc], stroke: Sequence[Disc], size: tuple[int, int]
) -> tuple[list[Disc], int]:
    """The discs and those of a stroke that paint something new, at most `MAX_DISCS` of all.

    Returns:
        The discs, and how many of the stroke's found no room.
    """
    kept, left_out = list(discs), 0
    mask = painted(kept, size)
    for disc in stroke:
        wider = mask | disc_mask(*disc, size)
        if torch.equal(wider, mask):
            continue
        if len(kept) < MAX_DISCS:
            kept.append(disc)
            mask = wider
        else:
            left_out += 1
    return kept, left_out


def to_text(discs: Sequence[Disc]) -> str:
    """Discs as people can read and change them: "16 16 8, 4 20.5 2"."""
    return ", ".join(" ".join(f"{value:g}" for value in disc) for disc in discs)


def from_text(text: str, size: tuple[int, int]) -> list[Disc]:
    """`to_text` undone, each disc `clamped`.

    Raises:
        BrushError: if it is no list of at most `MAX_DISCS` times three numbers.
    """
    parts = [part.split() for part in text.split(",") if part.strip()]
    if len(parts) > MAX_DISCS:
        raise BrushError(f"At most {MAX_DISCS} discs can be painted; these are {len(parts)}.")
    discs = []
    for part in parts:
        try:
            row, column, radius = (float(number) for number in part)
        except ValueError:
            row = column = radius = math.nan
        if not all(map(math.isfinite, (row, column, radius))):
            raise BrushError("A disc is three numbers, its row, column and radius: 16 16 8.")
        discs.append(clamped((row, column, radius), size))
    return discs
