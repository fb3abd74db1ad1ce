"""Latents over a square: what a position on a pad stands for.

x goes from -1, left, to 1, right, and y from -1, bottom, to 1, top. Every `over_` function gives
latents, (rows * columns, D), row after row, one row for each of `ys`, with their labels.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.explore.directions import Directions, steer
from realnvp.explore.frames import labels_for_all
from realnvp.explore.levels import temper
from realnvp.explore.surfaces import full_turn, manifold, plane
from realnvp.flow import RealNVP

TURNS = {"quarter": math.pi / 2, "full": 2 * math.pi}
REACH = 4.0  # standard deviations of a direction, from the middle of the pad to its side
MIDDLE_TEMPERATURE = 0.75  # of a level, in the middle of the pad; twice that at its end

Points = tuple[Tensor, Tensor | None]


def over_manifold(
    corners: Tensor,
    labels: Tensor | None,
    xs: Sequence[float],
    ys: Sequence[float],
    turn: str = "quarter",
) -> Points:
    """The manifold through four latents, with phi from the top down and phi' to the right.

    Args:
        corners: (4, D). Over a quarter they are the corners of the pad: top left, top right,
            bottom left, bottom right.
        labels: of the four, or None.
        turn: one of `TURNS`: how far both angles go.
    """
    phi = [TURNS[turn] * (1 - y) / 2 for y in ys]
    phi_prime = [TURNS[turn] * (1 + x) / 2 for x in xs]
    return manifold(corners, phi, phi_prime), labels_over(labels, phi, phi_prime)


def over_plane(
    z: Tensor,
    labels: Tensor | None,
    xs: Sequence[float],
    ys: Sequence[float],
    seed: int = 0,
    *,
    keep_norm: bool = True,
) -> Points:
    """A plane through a latent, (1, D), which is the middle: steps of x to the right, of y up."""
    points = plane(z, xs, ys, seed, keep_norm=keep_norm)
    return points, labels_for_all(labels, len(points))


def over_directions(
    z: Tensor,
    labels: Tensor | None,
    xs: Sequence[float],
    ys: Sequence[float],
    two: Directions,
    *,
    orthogonalised: bool = False,
    keep_norm: bool = True,
) -> Points:
    """A latent, (1, D), which is the middle, moved along two directions by REACH at most.

    Args:
        two: the one along x and the one along y.
        orthogonalised: free the second of the first.
        keep_norm: scale every point back to ||z||.
    """
    rows = [
        steer(two, z, [REACH * x, REACH * y], orthogonalised=orthogonalised, keep_norm=keep_norm)
        for y in ys
        for x in xs
    ]
    return torch.cat(rows), labels_for_all(labels, len(rows))


def over_levels(
    flow: RealNVP,
    z: Tensor,
    labels: Tensor | None,
    xs: Sequence[float],
    ys: Sequence[float],
    levels: tuple[int, int],
) -> Points:
    """A latent, (1, D), with two of its levels at temperatures from 0 to 1.5; the others stay.

    Args:
        levels: the one that x warms and another that y does, counted from 0, the finest.
    """
    rows = []
    for y in ys:
        for x in xs:
            factors = [1.0] * flow.config.num_levels
            for level, place in zip(levels, (x, y), strict=True):
                factors[level] = level_temperature(place)
            rows.append(temper(flow, z, factors))
    points = torch.cat(rows)
    return points, labels_for_all(labels, len(points))


def grid_angles(turn: str) -> list[float]:
    """Angles of the rows, as of the columns, of a grid over the manifold, radians.

    "quarter": 7, of which the first and the last meet the latents. "full": the paper's 8, of which
    the first and the third do.
    """
    if turn == "full":
        return full_turn(8)
    return [TURNS[turn] * k / 6 for k in range(7)]


def stops_of_grid(turn: str) -> list[int]:
    """Which cells of that grid are the four latents."""
    side, last = len(grid_angles(turn)), 2 if turn == "full" else 6
    return [0, last, side * last, side * last + last]


def around(side: int) -> list[int]:
    """The cells along the border of a square grid, clockwise from the first."""
    top = list(range(side - 1))
    right = [side - 1 + side * k for k in range(side - 1)]
    bottom = [side * side - 1 - k for k in range(side - 1)]
    left = [side * (side - 1 - k) for k in range(side - 1)]
    return top + right + bottom + left


def level_temperature(place: float) -> float:
    """Of a level at x or y, from 0 to 1.5."""
    return MIDDLE_TEMPERATURE * (1 + place)


def labels_over(
    labels: Tensor | None, phi: Sequence[float], phi_prime: Sequence[float]
) -> Tensor | None:
    """Labels of the points of the manifold through four latents that have these labels.

    The squares of the four weights add up to 1. Attribute bits, (4, A), are mixed in these shares;
    classes, (4,), cannot be, and a point takes that of the largest share.
    """
    if labels is None:
        return None
    # The same surface over four unit vectors gives the weights themselves.
    shares = manifold(torch.eye(4, dtype=torch.float64), phi, phi_prime).square()
    if labels.ndim == 1:
        return labels[shares.argmax(dim=1)]
    return (shares @ labels.double()).to(torch.float32)
