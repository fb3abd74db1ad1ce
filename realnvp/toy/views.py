"""What a flow of the plane looks like: its density, a grid it bends, the way of points."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from realnvp.threads import one_thread
from realnvp.toy.flow import ToyFlow
from realnvp.viz import sequential

VIEW = 3.5  # what is shown goes from -VIEW to VIEW on both axes
SIDE = 128  # of the density, in pixels
DEPTH = 12.0  # nats below the highest density that the log scale still tells apart
STRAIGHT = ("data", "latent")  # where the grid is straight
_LINES, _STOPS = 15, 33  # of the grid, in each direction; points on each line
_FAR = 3 * VIEW  # what is flung further is drawn there, out of sight


def places(side: int = SIDE) -> Tensor:
    """The middles of the pixels of the board, (side^2, 2), row by row from the upper left."""
    middles = ((torch.arange(side) + 0.5) / side * 2 - 1) * VIEW
    y, x = torch.meshgrid(middles.flip(0), middles, indexing="ij")
    return torch.stack([x, y], dim=-1).view(-1, 2)


@torch.no_grad()
@one_thread()
def log_density(flow: ToyFlow, side: int = SIDE) -> Tensor:
    """log p at the middles of the pixels, (side, side), nats per unit of area."""
    dtype = next(flow.parameters()).dtype
    return flow.log_prob(places(side).to(dtype)).view(side, side)


def density_pixels(log_p: Tensor, *, log_scale: bool = False) -> np.ndarray:
    """Dark where there is none, light where it is highest, uint8 (H, W, 3).

    Linear from 0 to the highest, or the logarithm from `DEPTH` nats below it.
    """
    below = (log_p - log_p.max()).numpy()
    return sequential(below, -DEPTH, 0.0) if log_scale else sequential(np.exp(below), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Journey:
    """Places before the first coupling and after each: entry 0 is the data's side, K the latent's.

    Args:
        data: of data points, (K + 1, n, 2).
        samples: of the flow's own, (K + 1, n, 2).
        grid: of lines, (K + 1, 2 lines, stops, 2): first the upright ones, left to right, then the
            level ones, from the bottom up.
    """

    data: Tensor
    samples: Tensor
    grid: Tensor


@torch.no_grad()
@one_thread()
def journey(
    flow: ToyFlow, points: Tensor, temperature: float, seed: int, *, straight: str = STRAIGHT[0]
) -> Journey:
    """The way of these points, (n, 2), of as many samples, and of a grid straight at one end."""
    noise = torch.randn(len(points), 2, generator=torch.Generator().manual_seed(seed))
    lines = grid_lines().to(points.dtype)
    follow = flow.path if straight == STRAIGHT[0] else flow.path_back
    return Journey(
        flow.path(points),
        flow.path_back(temperature * noise.to(points.dtype)),
        follow(lines.view(-1, 2)).view(-1, *lines.shape),
    )


def grid_lines() -> Tensor:
    """Straight lines across the board, (30, 33, 2), in the order of `Journey.grid`."""
    along, across = torch.linspace(-VIEW, VIEW, _STOPS), torch.linspace(-VIEW, VIEW, _LINES)
    x, y = torch.meshgrid(across, along, indexing="ij")
    return torch.cat([torch.stack([x, y], dim=-1), torch.stack([y, x], dim=-1)])


def to_shorts(places: Tensor) -> np.ndarray:
    """Places as int16, 32767 at three times `VIEW`, where what is further ends."""
    bounded = np.nan_to_num(places.numpy(), nan=_FAR).clip(-_FAR, _FAR)
    return np.rint(bounded / _FAR * 32767).astype(np.int16)
