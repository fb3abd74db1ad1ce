"""Bits per dimension, and the standard error of a mean."""

import math

from torch import Tensor


def bits_per_dim(log_prob: Tensor, dim: int) -> Tensor:
    """Bits per variable from nats per image, for densities on (0, 256)^D.

        bits/dim = -log_prob / (D ln 2)

    8 is uniform noise: the density 256^-D. The factor 256 of pixel values is part of log_prob here.
    """
    return -log_prob / (dim * math.log(2))


def standard_error(values: Tensor) -> float:
    """Of the mean of independent values, (N,)."""
    return float(values.double().std() / math.sqrt(len(values)))
