"""Batch norms whose batch is what all processes of a training see together."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F

from realnvp.coupling import FlowBatchNorm
from realnvp.flow import RealNVP


def synchronise(flow: RealNVP) -> None:
    """Let every batch norm of this flow measure, in training, over all processes.

    Weights and buffers keep their names: only where a batch's statistics come from changes. A
    forward pass in training mode then waits for the same pass of every other process, and so does
    the backward pass.
    """
    for module in flow.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SharedBatchNorm2d
        elif type(module) is FlowBatchNorm:
            module.__class__ = SharedFlowBatchNorm


class SharedFlowBatchNorm(FlowBatchNorm):
    """`FlowBatchNorm` over the shares of all processes."""

    def measure(self, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        return pooled(*super().measure(x, weight))


class SharedBatchNorm2d(nn.BatchNorm2d):
    """`nn.BatchNorm2d` over the shares of all processes.

    torch.nn.SyncBatchNorm does the same, on GPUs alone.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        y, mean, var = Normalised.apply(x, self.weight, self.bias, self.eps)
        self._follow(mean, var, dist.get_world_size() * x.numel() // x.shape[1])
        return y

    @torch.no_grad()
    def _follow(self, mean: Tensor, var: Tensor, count: int) -> None:
        """A step of the running averages; they hold the unbiased variance of `count` values."""
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked.add_(1)
        share = self.momentum or 1.0 / self.num_batches_tracked.item()
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(var * (count / (count - 1)), share)


def pooled(mean: Tensor, var: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of a batch from those of its shares, one equal share a process.

        mean = average of mean_i        var = average of var_i + (mean_i - mean)^2

    Gradients go back to the statistics of every share.
    """
    means, variances = Gathered.apply(torch.stack([mean, var])).unbind(1)
    mean = means.mean(0)
    return mean, (variances + (means - mean).square()).mean(0)


class Normalised(torch.autograd.Function):
    """Batch norm by the statistics of all shares, with torch's own kernels.

        y    = w x' + b,   x' = (x - mean) / sqrt(var + eps)
        dx   = w / sqrt(var + eps) (dy - average of dy - x' average of dy x')

    The averages, like mean and var, are over the shares of all processes; mean and var, (C,) each,
    are given along with y.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor | None, bias: Tensor | None, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        # Half precision is measured in full, as torch does.
        full = x.to(torch.promote_types(x.dtype, torch.float32))
        # What nn.BatchNorm2d measures with: torch.var_mean takes ten times as long.
        mean, var = pooled(*torch.batch_norm_update_stats(full, None, None, 0.0))
        y = F.batch_norm(x, mean, var, weight, bias, training=False, eps=eps)
        ctx.save_for_backward(x, weight, mean, var)
        ctx.eps = eps
        ctx.mark_non_differentiable(mean, var)
        return y, mean, var

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, mean, var = ctx.saved_tensors
        # As if mean and var were constants: dx0 = w / sqrt(var + eps) dy, sum of dy x', sum of dy.
        dx, along, total = torch.ops.aten.native_batch_norm_backward(
            gradients[0], x, weight, mean, var, None, None, False, ctx.eps, [True, True, True]
        )
        averages = torch.stack([along, total])
        dist.all_reduce(averages)
        averages /= dist.get_world_size() * x.numel() // x.shape[1]
        inverse = torch.rsqrt(var + ctx.eps)
        scale = inverse if weight is None else inverse * weight
        slope = -scale * inverse * averages[0]
        offset = -scale * averages[1] - slope * mean
        dx = dx + torch.addcmul(offset[:, None, None], x, slope[:, None, None]).to(dx.dtype)
        return (dx, None, None, None) if weight is None else (dx, along, total, None)


class Gathered(torch.autograd.Function):
    """x of every process, (N, ...); the gradient of each is what all of them have for it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, x.contiguous())
        return torch.stack(parts)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total[dist.get_rank()]
