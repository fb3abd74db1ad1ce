"""How close latents come to N(0, 1)."""

import torch
from torch import Tensor


def quantiles_against_normal(values: Tensor, points: int = 99) -> tuple[Tensor, Tensor]:
    """A quantile-quantile plot of values of any shape against N(0, 1).

    Returns:
        expected: quantiles of N(0, 1) at the middles (k + 1/2) / points, (points,), float64.
        observed: those of the values; on the line observed = expected they are standard normal, a
            steeper line is a wider spread, and bent ends are tails.
    """
    at = (torch.arange(points, dtype=torch.float64) + 0.5) / points
    return torch.special.ndtri(at), torch.quantile(values.flatten().double(), at)
