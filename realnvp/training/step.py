"""One step of maximum likelihood; no files, no clocks, no globals."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Adam

from realnvp.config import TrainConfig
from realnvp.flow import RealNVP, dequantize
from realnvp.metrics import bits_per_dim
from realnvp.training.distributed import Distributed
from realnvp.training.soap import Soap
from realnvp.training.stability import add_inverse_penalty
from realnvp.transforms import NonFiniteError


@dataclass(frozen=True)
class StepReport:
    """What a step tells: bits/dim of its batch before the update, and the gradient's norm."""

    bits_per_dim: float
    gradient_norm: float


def make_optimizer(flow: RealNVP, config: TrainConfig) -> Adam:
    """The config's, with the paper's L2 penalty on weight-norm gains and the scales g alone."""
    penalized: list[nn.Parameter] = []
    kernels: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in flow.named_parameters():
        if name.endswith((".gain", ".max_log_scale")):
            penalized.append(parameter)
        elif config.optimizer == "soap" and name.endswith(".direction"):
            kernels.append(parameter)
        else:
            free.append(parameter)
    groups = [
        {"params": penalized, "weight_decay": config.weight_penalty},
        {"params": free, "weight_decay": 0.0},
    ]
    lr, betas = config.learning_rate, (0.9, config.beta2)
    if kernels:
        return Soap(groups, kernels, lr=lr, betas=betas)
    # Fused: of a thousand small weights, Python costs more than the arithmetic.
    return Adam(groups, lr=lr, betas=betas, fused=True)


def train_step(
    flow: RealNVP,
    optimizer: Adam,
    images: Tensor,
    labels: Tensor | None,
    config: TrainConfig,
    *,
    learning_rate: float,
    bf16: bool,
    generator: torch.Generator,
    inverse_penalty: float = 0.0,
    distributed: Distributed | None = None,
) -> StepReport:
    """Maximise the mean log-likelihood of one batch, in nats per image.

    Args:
        images: uint8 (B, C, H, W), the whole batch also where several processes share it.
        labels: as the flow takes them, or None.
        bf16: run the conditioners in bfloat16, but for their last convolution.
        generator: of the dequantization noise.
        inverse_penalty: of this step; see `add_inverse_penalty`.
        distributed: the processes that take this step together, which the flow has joined.

    Raises:
        NonFiniteError: naming the layer, before any weight has been touched.
    """
    distributed = distributed or Distributed()
    x = distributed.share(dequantize(images, generator)).to(flow.device)
    shared = None if labels is None else distributed.share(labels)
    with torch.autocast(flow.device.type, torch.bfloat16, enabled=bf16):
        log_prob = distributed.log_prob(flow, x, shared)
    loss = -log_prob.mean()
    whole = distributed.mean(loss.detach())
    if not torch.isfinite(whole):
        distributed.name_culprit(flow, x, shared)
        raise NonFiniteError("the loss is not finite")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    if inverse_penalty:
        add_inverse_penalty(flow, images, labels, inverse_penalty, generator)
    norm = nn.utils.clip_grad_norm_(flow.parameters(), config.clip)
    if not torch.isfinite(norm):
        worst = [n for n, p in flow.named_parameters() if not _finite(p.grad)]
        raise NonFiniteError(f"the gradient of {worst[0] if worst else 'a weight'} is not finite")
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
    optimizer.step()
    return StepReport(float(bits_per_dim(-whole, x[0].numel())), float(norm))


def learning_rate_at(step: int, progress: float, config: TrainConfig) -> float:
    """Linear warm-up over `warmup_steps`, and half a cosine to zero over the whole budget.

    Args:
        step: steps taken so far.
        progress: share of the budget that is spent, in [0, 1].
    """
    warm = min(1.0, (step + 1) / max(1, config.warmup_steps))
    return config.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def _finite(gradient: Tensor | None) -> bool:
    return gradient is None or bool(torch.isfinite(gradient).all())
