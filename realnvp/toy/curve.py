"""A flow of one number: a curve that always rises, and what it does to densities."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

WIDTH = 0.7  # of the middle, where the slope is another one
_REACH = 8.0  # standard deviations: beyond is less than 1e-14 of the probability


@dataclass(frozen=True)
class Curve:
    """A bijection of the real numbers with one slope in the middle and another outside.

        forward   z = f(x) = a x + (b - a) w tanh((x - m) / w)
        slope     f'(x) = a + (b - a) / cosh((x - m) / w)^2, between a and b
        prior     z ~ N(0, 1)
        density   p(x) = N(f(x); 0, 1) f'(x); Dinh et al. 2017, Eq. 2, with one variable

    Args:
        outside: a, above 0.
        inside: b, above 0.
        middle: m.

    Raises:
        ValueError: if a slope is not above 0, so that the curve could not be undone.
    """

    outside: float
    inside: float
    middle: float

    def __post_init__(self) -> None:
        if not min(self.outside, self.inside) > 0:
            raise ValueError(f"slopes must be above 0, not {self.outside} and {self.inside}")

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """z and log f'(x), each of the shape of x."""
        bend = torch.tanh((x - self.middle) / WIDTH)
        slope = self.outside + (self.inside - self.outside) * (1 - bend**2)
        return self._bent(x, bend), slope.log()

    def inverse(self, z: Tensor) -> Tensor:
        """x, float64, by halving an interval until nothing is left to halve."""
        z = z.double()
        more = abs(self.inside - self.outside) * WIDTH
        low = (z - more) / self.outside
        high = (z + more) / self.outside
        for _ in range(64):
            middle = (low + high) / 2
            below = self._bent(middle, torch.tanh((middle - self.middle) / WIDTH)) < z
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        return (low + high) / 2

    def _bent(self, x: Tensor, bend: Tensor) -> Tensor:
        """z, where the tanh of x is known."""
        return self.outside * x + (self.inside - self.outside) * WIDTH * bend

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x), nats, of the shape of x."""
        z, log_slope = self.forward(x)
        return log_normal(z) + log_slope

    def total(self, points: int = 4001) -> float:
        """The integral of p(x), summed up numerically over all places that matter."""
        ends = self.inverse(torch.tensor([-_REACH, _REACH]))
        x = torch.linspace(float(ends[0]), float(ends[1]), points, dtype=torch.float64)
        return float(torch.trapezoid(self.log_prob(x).exp(), x))

    def sample(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Latents from N(0, 1) and where they come from, float64 (count,) each: z and x."""
        noise = torch.Generator().manual_seed(seed)
        z = torch.randn(count, generator=noise, dtype=torch.float64)
        return z, self.inverse(z)


def log_normal(z: Tensor) -> Tensor:
    """log N(z; 0, 1), nats, of each number by itself."""
    return -0.5 * (z.square() + math.log(2 * math.pi))
