"""Pictures that were chosen on a map: inside of a polygon, their mean, their direction."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.data.chosen import chosen_rows
from realnvp.explore.atlas import CHUNK, nearest
from realnvp.explore.directions import FEWEST, SELECTION, TAUGHT, Directions
from realnvp.explore.learnt_directions import leave_one_out, threshold_between

Corner = tuple[float, float]  # on the map: across, up

MAX_CORNERS = 64
TESTED = 1000  # pictures of yes, and of no, at most, with which a direction is tested


class RegionError(ValueError):
    """A region that cannot be read; one line for the person who wrote it."""


def to_text(region: Sequence[Corner]) -> str:
    """Corners as people can read and change them: "0 0, 4 0, 4 2.5"."""
    return ", ".join(" ".join(f"{value:g}" for value in corner) for corner in region)


def from_text(text: str) -> list[Corner]:
    """`to_text` undone.

    Raises:
        RegionError: if it is no list of 3 to `MAX_CORNERS` times two numbers, and not empty.
    """
    corners = []
    for part in (part.split() for part in text.split(",") if part.strip()):
        try:
            across, up = (float(number) for number in part)
        except ValueError:
            across = up = math.nan
        if not (abs(across) < 1e6 and abs(up) < 1e6):
            raise RegionError("A corner is two numbers, across and up on the map: 4 2.5.")
        corners.append((across, up))
    if corners and not 3 <= len(corners) <= MAX_CORNERS:
        raise RegionError(f"A region has 3 to {MAX_CORNERS} corners; these are {len(corners)}.")
    return corners


def inside(points: Tensor, region: Sequence[Corner]) -> Tensor:
    """Which points, (N, 2), lie in a polygon, as rows, int64 (n,).

    Even-odd rule: a ray from the point to the right crosses its sides an odd number of times.
    """
    x, y = points.double().unbind(dim=1)
    odd = torch.zeros(len(points), dtype=torch.bool)
    for index, (x1, y1) in enumerate(region):
        x0, y0 = region[index - 1]
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        odd = odd ^ (crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)))
    return odd.nonzero()[:, 0]


def mean_latent(z: Tensor, rows: Tensor) -> Tensor:
    """Of these rows of (N, D): (1, D).

    Its norm is less than theirs: what differs among them averages out.
    """
    return z[rows].mean(dim=0, dtype=torch.float64).to(z.dtype)[None]


def most_typical(z: Tensor, rows: Tensor, count: int) -> Tensor:
    """Those of the rows whose latents are nearest to the mean of all of these."""
    return rows[nearest(z[rows], mean_latent(z, rows)[0], count)]


def against_rest(z: Tensor, rows: Tensor) -> Directions:
    """The direction from the mean of the others to that of these rows of (N, D), of length 1.

    As `learn` has it, without all latents in double precision at once. Its figure is that of
    leave-one-out, over at most `TESTED` of both sides.

    Raises:
        ValueError: if there are too few of either, or both means are the same.
    """
    is_chosen = torch.zeros(len(z), dtype=torch.bool)
    is_chosen[rows] = True
    if min(len(rows), len(z) - len(rows)) < FEWEST:
        raise ValueError(f"a direction takes {FEWEST} pictures inside and {FEWEST} outside")
    yes, no = (z[which].mean(dim=0, dtype=torch.float64) for which in (is_chosen, ~is_chosen))
    length = (yes - no).norm()
    if length == 0:
        raise ValueError("both means are the same: there is no direction between them")
    vector = (yes - no) / length
    squares = sum((part.double().square().sum() for part in z.split(CHUNK)), torch.zeros(()))
    counts = len(rows), len(z) - len(rows)
    threshold = threshold_between((yes, no), squares, counts)
    along = torch.cat([part.double() @ vector for part in z.split(CHUNK)])
    tested = [
        side[chosen_rows(len(side), TESTED)]
        for side in (which.nonzero()[:, 0] for which in (is_chosen, ~is_chosen))
    ]
    answers = torch.arange(sum(map(len, tested))) < len(tested[0])
    figure = leave_one_out(z[torch.cat(tested)], answers)
    numbers = (threshold, float(along.std(correction=0)), figure)
    columns = (torch.tensor([number], dtype=torch.float32) for number in numbers)
    return Directions((SELECTION,), (TAUGHT,), vector.float()[None], *columns)
