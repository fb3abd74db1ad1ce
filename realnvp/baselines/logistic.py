"""A distribution over the 256 values of a byte: a logistic curve, cut into 256 bins."""

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid


def log_prob(values: Tensor, location: Tensor, log_scale: Tensor) -> Tensor:
    """log P(v) of the discretised logistic, Kingma et al. 2016 (arXiv:1606.04934), eq. 8.

        P(v) = S((v + 1/2 - m) / s) - S((v - 1/2 - m) / s),   S the logistic sigmoid

    where the bins of 0 and 255 also take what lies beyond them, so that all 256 add up to 1. With
    a and b the two arguments, S(a) - S(b) = S(a) S(-b) (1 - exp(b - a)), which never cancels.

    Args:
        values: v, whole numbers from 0 to 255, as floats.
        location, log_scale: m and log s in grey values; shapes that broadcast.
    """
    inverse_scale = torch.exp(-log_scale)
    below = logsigmoid((values + 0.5 - location) * inverse_scale)
    above = logsigmoid((location - values + 0.5) * inverse_scale)
    width = torch.log(-torch.expm1(-inverse_scale))
    zero = torch.zeros_like(below)
    first, last = values < 0.5, values > 254.5
    return (
        torch.where(last, zero, below)
        + torch.where(first, zero, above)
        + torch.where(first | last, zero, width)
    )
