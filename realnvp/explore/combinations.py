"""Levels of latents in every combination.

Latents are (1, D) or (D,); levels are counted from 0, the finest.
"""

from collections.abc import Collection, Sequence

import torch
from torch import Tensor

from realnvp.explore.levels import level_mask, zero
from realnvp.flow import RealNVP


def ablations(flow: RealNVP, z: Tensor) -> Tensor:
    """z without each level, then each level alone; what is missing is 0.

    Returns:
        (2 (L + 1), D) in two halves: z, then without level 0, 1 ... L - 1; nothing at all, then
        only level 0, 1 ... L - 1.
    """
    z = torch.atleast_2d(z)
    levels = range(len(flow.shapes()))
    without = [zero(flow, z, [level]) for level in levels]
    only = [zero(flow, z, set(levels) - {level}) for level in levels]
    return torch.cat([z, *without, torch.zeros_like(z), *only])


def choices(num_levels: int) -> list[tuple[int, ...]]:
    """All 2^L choices of levels, none first; the finest level changes from one to the next."""
    return [
        tuple(level for level in range(num_levels) if number >> level & 1)
        for number in range(2**num_levels)
    ]


def swap_choices(num_levels: int, chosen: Collection[int], most: int = 4) -> list[tuple[int, ...]]:
    """What to show a swap of the chosen levels with: none, these, all others, all.

    `choices` follow for models of at most `most` levels; with each level they double.
    """
    levels = range(num_levels)
    these = tuple(level for level in levels if level in chosen)
    others = tuple(level for level in levels if level not in chosen)
    return [(), these, others, tuple(levels), *(choices(num_levels) if num_levels <= most else [])]


def crosses(flow: RealNVP, a: Tensor, b: Tensor, chosen: Sequence[Collection[int]]) -> Tensor:
    """a with b's levels, once for each choice of them: (len(chosen), D)."""
    a, b = torch.atleast_2d(a), torch.atleast_2d(b)
    return torch.cat([torch.where(level_mask(flow, levels), b, a) for levels in chosen])


def coarsest_labels(
    flow: RealNVP, a: Tensor | None, b: Tensor | None, chosen: Sequence[Collection[int]]
) -> Tensor | None:
    """Labels of `crosses`: those of whichever of the two the coarsest level is from.

    So a with all levels of b is b's picture, of conditional models as well.

    Args:
        a, b: labels of one picture each, as the flow takes them, or None.
    """
    if a is None or b is None:
        return None
    coarsest = len(flow.shapes()) - 1
    return torch.cat([b if coarsest in levels else a for levels in chosen])
