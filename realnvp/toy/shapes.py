"""Densities in the plane that are known exactly, so that a fit can be held against the truth."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

_CHUNK = 256  # points at a time: every one is compared with all of the shape's parts


class Shape:
    """A density to draw points from."""

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        """Points, float64 (n, 2)."""
        raise NotImplementedError

    def log_prob(self, x: Tensor) -> Tensor:
        """Of points, float64 (B, 2), in nats, (B,)."""
        return torch.cat([self._log_prob(part) for part in x.split(_CHUNK)])

    def _log_prob(self, x: Tensor) -> Tensor:
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Dots(Shape):
    """Equally likely dots, each a Gaussian: p(x) = mean over dots of N(x; dot, noise^2 I).

    Closer to each other than their width, they are a curve that a soft pen has drawn.

    Args:
        dots: float64 (m, 2).
        noise: their standard deviation.
    """

    dots: Tensor
    noise: float

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        chosen = torch.randint(len(self.dots), (n,), generator=generator)
        noise = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        return self.dots[chosen] + self.noise * noise

    def _log_prob(self, x: Tensor) -> Tensor:
        squares = (x[:, None] - self.dots).square().sum(2) / self.noise**2
        constant = math.log(2 * math.pi * self.noise**2 * len(self.dots))
        return torch.logsumexp(-0.5 * squares, dim=1) - constant


@dataclass(frozen=True, eq=False)
class Cells(Shape):
    """Equally likely squares, each filled evenly: p(x) = 1 / area inside, 0 outside.

    Args:
        corners: the lower left ones, float64 (m, 2); no two squares overlap.
        side: of the squares.
    """

    corners: Tensor
    side: float

    def draw(self, n: int, generator: torch.Generator) -> Tensor:
        chosen = torch.randint(len(self.corners), (n,), generator=generator)
        place = torch.rand(n, 2, generator=generator, dtype=torch.float64)
        return self.corners[chosen] + self.side * place

    def _log_prob(self, x: Tensor) -> Tensor:
        # A hair wider: rounding may lay a point on the far edge.
        apart = (x[:, None] - (self.corners + self.side / 2)).abs().amax(2)
        inside = (apart <= self.side / 2 * (1 + 1e-9)).any(1)
        area = self.side**2 * len(self.corners)
        return torch.where(inside, -math.log(area), -math.inf).to(x.dtype)
