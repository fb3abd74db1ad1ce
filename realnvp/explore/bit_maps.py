"""Where on a picture its bits go."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.explore.bits_by_part import BitsByPart

# By the names that people see: kinds of terms. The bytes cost 8 everywhere: no map of those.
PARTS: dict[str, tuple[str, ...]] = {
    "total": (),
    "couplings": ("coupling",),
    "prior": ("prior",),
    "logit": ("logit",),
    "batch norm": ("batch norm",),
}
CELLS = (1, 2, 4)


@dataclass(frozen=True)
class BitMap:
    """bits/dim at each pixel.

    Args:
        values: (H, W), float64; their mean is what the part adds to bits/dim.
        low, high: what lies between 1 % and 99 % of them; the range of the colours.
    """

    values: Tensor
    low: float
    high: float


def bit_map(by_part: BitsByPart, part: str = "total", cell: int = 1, *, row: int = 0) -> BitMap:
    """What one of `PARTS` costs, pixel by pixel.

    Args:
        cell: side of the squares over which it is averaged, which must divide the picture's.
            Checkerboards cost one colour of squares more than the other; squares of 2^(levels - 1)
            average that away.
        row: which picture.
    """
    bits = by_part.pixel_bits(*PARTS[part])[row]
    values = bits * (bits.numel() / by_part.dim)  # per pixel C numbers, D = C H W
    if cell > 1:
        means = F.avg_pool2d(values[None, None], cell)
        values = F.interpolate(means, scale_factor=float(cell))[0, 0]
    ends = torch.quantile(values, torch.tensor([0.01, 0.99], dtype=values.dtype))
    return BitMap(values, float(ends[0]), float(ends[1]))


def cells_of(size: Sequence[int]) -> list[int]:
    """Those of `CELLS` that divide a picture of size (H, W)."""
    return [cell for cell in CELLS if size[0] % cell == 0 and size[1] % cell == 0]
