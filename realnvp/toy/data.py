"""Data sets in the plane."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from realnvp.toy.drawing import Point
from realnvp.toy.lettering import lit_pixels
from realnvp.toy.shapes import Cells, Dots, Shape

TRAIN, HELD_OUT = 8192, 2048  # points
PEN = 0.1  # standard deviation of a drawn dot, in the units of the board
_DOTS = 1024  # of a curve: far closer to each other than they are wide


class ToyError(ValueError):
    """A data set that cannot be made; one line for the person who asked for it."""


@dataclass(frozen=True, eq=False)
class PointSet:
    """Points with mean 0 and E|x|^2 = 2, like those of N(0, I); the aspect is the shape's own.

    Args:
        train: float32 (TRAIN, 2).
        held_out: float32 (HELD_OUT, 2); the flow never trains on them.
        own_loss: what the true density needs for the held-out points, nats per point. No model
            does better on average, and what a flow needs beyond it estimates its KL divergence.
    """

    train: Tensor
    held_out: Tensor
    own_loss: float


def point_set(name: str, seed: int, text: str = "", drawn: Sequence[Point] = ()) -> PointSet:
    """The data set of a name, one of `DATASETS`.

    Args:
        text: what is written, for "text".
        drawn: the dots of "drawn", in the units of the board they were drawn on.

    Raises:
        ToyError: if there is nothing written or drawn.
    """
    if name in _SHAPES:
        return _known(name, seed)
    return _standardized(shape_of(name, text, drawn), torch.Generator().manual_seed(seed))


@lru_cache(maxsize=16)
def _known(name: str, seed: int) -> PointSet:
    """For a class that trains on the same points, each with a flow of its own; nobody changes them.

    They are made as a training needs them, whoever asks first.
    """
    with torch.inference_mode(False):
        return _standardized(_SHAPES[name](), torch.Generator().manual_seed(seed))


def shape_of(name: str, text: str = "", drawn: Sequence[Point] = ()) -> Shape:
    """The density that `point_set` draws from, before its points are standardized."""
    if name == "text":
        corners = lit_pixels(text)
        if not len(corners):
            raise ToyError("There is nothing written. Please type a letter or more.")
        return Cells(corners, 1.0)
    if name == "drawn":
        if not drawn:
            raise ToyError("There is nothing drawn. Please draw a dot or more.")
        return Dots(torch.tensor(drawn, dtype=torch.float64), PEN)
    return _SHAPES[name]()


def _standardized(shape: Shape, generator: torch.Generator) -> PointSet:
    raw = shape.draw(TRAIN + HELD_OUT, generator)
    middle = raw.mean(0)
    scale = (raw - middle).square().mean().sqrt()
    points = ((raw - middle) / scale).float()
    # y = (x - middle) / scale has p(y) = p(x) scale^2.
    own = shape.log_prob(raw[TRAIN:]) + 2 * scale.log()
    return PointSet(points[:TRAIN], points[TRAIN:], -float(own.mean()))


def _moons() -> Shape:
    """Two half circles of radius 1, one inside the other's arms."""
    angle = math.pi * _evenly(_DOTS // 2)
    upper = torch.stack([angle.cos(), angle.sin()], dim=1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1)
    return Dots(torch.cat([upper, lower]), 0.1)


def _spirals() -> Shape:
    """Two Archimedean arms of one and a half turns, even along their length."""
    # The length of an arm grows with the square of its angle.
    angle = 3 * math.pi * _evenly(_DOTS // 2).sqrt()
    arm = torch.stack([angle * angle.cos(), angle * angle.sin()], dim=1)
    return Dots(torch.cat([arm, -arm]), 0.45)


def _rings() -> Shape:
    """Circles of radius 1, 2 and 3, even along their length."""
    circles = []
    for radius in (1, 2, 3):
        angle = 2 * math.pi * _evenly(radius * _DOTS // 6)
        circles.append(radius * torch.stack([angle.cos(), angle.sin()], dim=1))
    return Dots(torch.cat(circles), 0.2)


def _checkerboard() -> Shape:
    """The dark squares of a board of four by four."""
    squares = [(column, row) for row in range(4) for column in range(4) if (row + column) % 2 == 0]
    return Cells(torch.tensor(squares, dtype=torch.float64), 1.0)


def _evenly(n: int) -> Tensor:
    """The middles of n equal parts of (0, 1)."""
    return (torch.arange(n, dtype=torch.float64) + 0.5) / n


_SHAPES: dict[str, Callable[[], Shape]] = {
    "moons": _moons,
    "spirals": _spirals,
    "rings": _rings,
    "checkerboard": _checkerboard,
}
DATASETS = (*_SHAPES, "text", "drawn")
