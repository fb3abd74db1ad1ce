"""How far each variable is stretched by a step: the logarithms whose sum is the log-det."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.transforms import Logit, Transform


def kind_of(transform: Transform) -> str:
    """ "logit", "coupling", "batch norm", or "squeeze" for what only moves variables."""
    kinds = {Logit: "logit", AffineCoupling: "coupling", FlowBatchNorm: "batch norm"}
    return next((kind for type_, kind in kinds.items() if isinstance(transform, type_)), "squeeze")


def batch_norm_log_scale(norm: FlowBatchNorm, x: Tensor) -> Tensor:
    """-1/2 log(var + eps) where it changes x, 0 where it keeps it; broadcastable to x, float64."""
    _, var = norm.running_stats()
    log_scale = -0.5 * torch.log(var.cpu().double() + norm.eps)
    return torch.where(norm.mask.kept(x).cpu(), 0.0, log_scale)


def logit_log_slope(logit: Logit, h: Tensor) -> Tensor:
    """log dh/dx at the point with logits h: log(1 - 2 alpha) - log 256 - log p - log(1 - p)."""
    return F.softplus(h) + F.softplus(-h) + math.log((1 - 2 * logit.alpha) / 256)
