"""Averaged weights, with batch-norm statistics measured anew for them."""

import copy
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from realnvp.coupling import FlowBatchNorm
from realnvp.flow import RealNVP, dequantize
from realnvp.training.centering import center_shifts


class AveragedFlow:
    """An exponential moving average of a flow's weights: w' <- d w' + (1 - d) w.

    Early on d is lowered to (1 + n) / (10 + n) after n steps, so the start is soon forgotten.
    The average has no statistics of its own until `recalibrate` measures them.
    """

    def __init__(self, flow: RealNVP, decay: float) -> None:
        self.flow = copy.deepcopy(flow).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, flow: RealNVP, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        averages: list[Tensor] = list(self.flow.parameters())
        weights: list[Tensor] = list(flow.parameters())
        torch._foreach_lerp_(averages, weights, 1 - decay)


@torch.no_grad()
def recalibrate(
    flow: RealNVP, batches: Iterable[tuple[Tensor, Tensor | None]], generator: torch.Generator
) -> None:
    """Measure all batch-norm statistics again, equal averages over these uint8 batches; center.

    Running averages kept while the weights moved belong to no set of weights; with them test
    bits/dim can explode while training looks fine.
    """
    norms = [m for m in flow.modules() if isinstance(m, nn.BatchNorm2d | FlowBatchNorm)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    flow.train()
    for images, labels in batches:
        flow(dequantize(images, generator).to(flow.device), labels)
    flow.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    center_shifts(flow)
