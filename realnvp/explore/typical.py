"""Where the prior has its mass, and what temperature does to norm and likelihood."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.frames import norm_ratios
from realnvp.flow import RealNVP

TEMPERATURES = tuple(k / 10 for k in range(16))  # 0 to 1.5


@dataclass(frozen=True)
class Cooling:
    """The same noise at several temperatures.

    Args:
        temperatures: T of them.
        norm_ratios: ||z|| / sqrt(D), (T, n).
        bits_per_dim: of the pictures that they decode to, (T, n).
    """

    temperatures: tuple[float, ...]
    norm_ratios: Tensor
    bits_per_dim: Tensor


def cooling(
    flow: RealNVP,
    n: int,
    seed: int,
    labels: Tensor | None = None,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Cooling:
    """n latents of one seed, at each temperature. At 0 they are one: the mode, z = 0.

    Args:
        labels: of n pictures, as the flow takes them.
    """
    noise = flow.draw(n, 1.0, torch.Generator().manual_seed(seed))
    z = torch.cat([temperature * noise for temperature in temperatures])
    many = None if labels is None else labels.repeat(len(temperatures), *[1] * (labels.ndim - 1))
    shape = len(temperatures), n
    bits = flow.bits_per_dim(flow.decode(z, many), many)
    return Cooling(tuple(temperatures), norm_ratios(z).view(shape), bits.view(shape))


def warmed(flow: RealNVP, n: int, temperature: float, seed: int) -> Tensor:
    """The mode and n latents of one seed at this temperature, (1 + n, D)."""
    noise = flow.draw(n, temperature, torch.Generator().manual_seed(seed))
    return torch.cat([torch.zeros_like(noise[:1]), noise])


def norm_density(ratios: Tensor, dim: int) -> Tensor:
    """Density of ||z|| / sqrt(D) at `ratios` for z ~ N(0, I) of `dim` variables, float64.

    With R = ||z||, chi-distributed, p(R) = R^(D-1) exp(-R^2 / 2) / (2^(D/2 - 1) Gamma(D/2)), and
    the ratio's density is sqrt(D) times that. Its width is 1 / sqrt(2 D): in thousands of
    dimensions all the mass lies in a thin shell, and the mode, z = 0, is far from it.
    """
    ratios = ratios.double()
    radius = ratios * math.sqrt(dim)
    log_density = (
        (dim - 1) * radius.log()
        - radius.square() / 2
        - (dim / 2 - 1) * math.log(2)
        - math.lgamma(dim / 2)
        + 0.5 * math.log(dim)
    )
    return log_density.exp()
