"""How far each variable is stretched by a step: the logarithms whose sum is the log-det."""

import torch
from torch import Tensor

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
