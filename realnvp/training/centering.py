"""The mean that a batch norm subtracts, moved into the shift of the coupling before it."""

from itertools import pairwise
from typing import cast

import torch
from torch import Tensor

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.flow import RealNVP


@torch.no_grad()
def center_shifts(flow: RealNVP) -> None:
    """Move what each batch norm subtracts into the shift of the coupling before it.

        y = (x exp(s) + t - mean) / sd = (x exp(s) + (t - mean) - 0) / sd

    The flow stays the function it is. In training nothing holds that constant, for the mean of a
    batch takes it away whatever it is; so it drifts, and rounding grows with it: that of float32 in
    the flow, and far sooner that of bfloat16 in the conditioner. A shift before the scale cannot
    take it, as it is no constant there.
    """
    if flow.config.variant.shift_first:
        return
    for level in flow.multiscale.levels:
        for coupling, norm in pairwise(level.transforms):
            if isinstance(coupling, AffineCoupling) and isinstance(norm, FlowBatchNorm):
                _center(coupling, norm)


def _center(coupling: AffineCoupling, norm: FlowBatchNorm) -> None:
    # Of a cell of 2x2 pixels that all hold the mean of their channel, a changed one.
    cell = norm.running_mean.expand(1, -1, 2, 2)
    mean = coupling.mask.changed_parts(cell)[0][0, :, 0, 0]
    bias = cast(Tensor, coupling.net.get_parameter("conv_out.bias"))
    bias[len(mean) :] -= mean
    norm.running_mean.zero_()
