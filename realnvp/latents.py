"""Three views of one latent: a flat vector, a list of levels, a picture of where each lives."""

from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.config import check_size
from realnvp.transforms import OrderedSqueeze


def level_shapes(
    channels: int, size: tuple[int, int], num_levels: int
) -> list[tuple[int, int, int]]:
    """Shapes (C_i, H_i, W_i) of the latents z_1 ... z_L of a (channels, *size) image, finest first.

    Every level but the last keeps half of its variables back: 3x32x32 with 3 levels gives
    6x16x16, 12x8x8 and 12x8x8.

    Raises:
        ConfigError: if a side cannot be halved often enough.
    """
    check_size(size, num_levels)
    height, width = size
    shapes = []
    for _ in range(num_levels - 1):
        height, width, channels = height // 2, width // 2, 2 * channels
        shapes.append((channels, height, width))
    return [*shapes, (channels, height, width)]


def pack(levels: Sequence[Tensor]) -> Tensor:
    """Levels [(B, C_i, H_i, W_i)], finest first, as one flat vector (B, D)."""
    return torch.cat([level.flatten(1) for level in levels], dim=1)


def unpack(z: Tensor, shapes: Sequence[tuple[int, int, int]]) -> list[Tensor]:
    """`pack` undone: (B, D) to levels of these shapes, finest first.

    Raises:
        ValueError: if the shapes do not add up to D.
    """
    counts = [c * h * w for c, h, w in shapes]
    if z.ndim != 2 or z.shape[1] != sum(counts):
        raise ValueError(f"latents of shape {tuple(z.shape)} do not hold (B, {sum(counts)})")
    return [part.view(-1, *shape) for part, shape in zip(z.split(counts, 1), shapes, strict=True)]


_cells = OrderedSqueeze()


def levels_to_picture(levels: Sequence[Tensor]) -> Tensor:
    """Levels put back at the pixels they were factored out from: (B, C, H, W).

    Each split keeps the diagonal of every 2x2 cell and lays the other two pixels down, so
    undoing the ordered squeeze with the deeper levels on the diagonal gives every variable a place.
    """
    picture = levels[-1]
    for level in reversed(levels[:-1]):
        picture = _cells.inverse(torch.cat([picture, level], dim=1))
    return picture


def picture_to_levels(picture: Tensor, num_levels: int) -> list[Tensor]:
    """`levels_to_picture` undone: (B, C, H, W) to levels, finest first."""
    levels = []
    for _ in range(num_levels - 1):
        cells, _ = _cells(picture)
        picture, level = cells.chunk(2, dim=1)
        levels.append(level)
    return [*levels, picture]


def level_temperatures(
    temperature: float | Sequence[float], shapes: Sequence[tuple[int, int, int]]
) -> Tensor:
    """One factor per variable, (D,), from one temperature or one per level, finest first.

    Raises:
        ValueError: if their number is not that of the levels, or one is negative or not finite.
    """
    values = torch.as_tensor(temperature, dtype=torch.float32).flatten()
    if len(values) == 1:
        values = values.expand(len(shapes))
    if len(values) != len(shapes):
        raise ValueError(f"{len(values)} temperatures for {len(shapes)} levels")
    if not (torch.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(f"temperatures must be finite and not negative: {values.tolist()}")
    counts = torch.tensor([c * h * w for c, h, w in shapes])
    return values.repeat_interleave(counts)
