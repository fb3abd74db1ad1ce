"""A penalty on inverses that magnify rounding; after Behrmann et al. (AISTATS 2021).

A flow that fits well may still be no bijection in float32: what lies far from all that it has
learned, it encodes to large latents, and the way back magnifies their rounding. Likelihood says
nothing about that, as no training picture is there. So now and then a step shows such pictures.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from realnvp.config import TrainConfig
from realnvp.coupling import evaluating
from realnvp.flow import RealNVP, dequantize, log_normal
from realnvp.metrics import bits_per_dim
from realnvp.nets import Conditioner, WeightNormConv2d
from realnvp.synthetic_pictures import random_out_of_distribution

EVERY = 4  # steps
PICTURES = 4  # of either kind: noise, black and white, smooth and cells
FLOOR = 10.0  # F: gains below it are well enough; log p is not exact enough to tell them apart
NORM = 8  # over pixels: nearly the largest
NUDGE = 1e-3  # relative; smaller ones see the corners of every ReLU, and gradients jump


def gains(
    flow: RealNVP, images: Tensor, labels: Tensor | None, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """By how much the way back, and log p, magnify relative errors made on the way, (B,) each.

        G = |h' - h|_8 / eps,   h' = logits of f^-1(z (1 + eps v)),   v ~ N(0, I)
        G_p = |log p' - log p| / (eps D log 2 max(1, b / 8)),   b the picture's bits/dim

    with the 8th root of the mean 8th power, for one wrong pixel is wrong; and what costs more than
    noise does may be known less exactly. On either way every layer of a conditioner is given
    something random off by eps as well, and gives that in the end: float32 is such an error of
    about 3e-8, and what it costs is mostly made there.

    Args:
        images: uint8 (B, C, H, W).
        labels: as the flow takes them, or None.
        generator: of the errors, on the CPU.
    """
    x = dequantize(images, None).to(flow.device, flow.dtype)
    vectors = flow.label_vectors(labels, len(x))
    nudge = Nudge(flow.device, generator)
    with evaluating(flow):  # statistics of a batch are not the same on the way back
        logits, of_logit = flow.logit(x)
        z, log_det = flow.multiscale(logits, vectors)
        with nudge.inside(flow):
            back = flow.multiscale.inverse(nudge(z), vectors)
            z_off, log_det_off = flow.multiscale(logits, vectors)
    off = ((back - logits) / NUDGE).flatten(1)
    most = off.detach().abs().amax(1, keepdim=True).clamp_min(1e-12)  # its 8th power may overflow
    inverse = most[:, 0] * (off / most).pow(NORM).mean(1).clamp_min(1e-12).pow(1 / NORM)
    log_prob = log_normal(z) + log_det
    bits = bits_per_dim(log_prob + of_logit, flow.dim).detach()
    error = bits_per_dim(log_normal(z_off) + log_det_off - log_prob, flow.dim).abs() / NUDGE
    return inverse, error / (bits / 8).clamp_min(1)


class Nudge:
    """x -> x (1 + NUDGE v), with another v ~ N(0, I) each time.

    Rounding as a random error is Monte Carlo arithmetic (Parker, 1997).

    Args:
        device: of x.
        generator: its next number is the seed.
    """

    def __init__(self, device: torch.device, generator: torch.Generator) -> None:
        seed = int(torch.randint(2**62, (), generator=generator))
        self.generator = torch.Generator(device).manual_seed(seed)

    def __call__(self, x: Tensor) -> Tensor:
        noise = torch.empty_like(x)
        # Filled in the order of memory: ten times faster where channels come last.
        noise.as_strided((noise.numel(),), (1,)).normal_(generator=self.generator)
        return torch.addcmul(x, x, noise, value=NUDGE)

    @contextmanager
    def inside(self, flow: RealNVP) -> Iterator[None]:
        """Within it, what layers of conditioners are given is nudged, and what conditioners give.

        The latter stands for the rounding of x exp(s) + t as well: where s is small and t is not,
        digits of x are lost, and no way back can magnify them again.
        """
        hooks = []
        for module in flow.modules():
            if isinstance(module, WeightNormConv2d | nn.BatchNorm2d):
                hooks.append(module.register_forward_pre_hook(lambda _, inputs: self(inputs[0])))
            if isinstance(module, Conditioner):
                hooks.append(module.register_forward_hook(lambda _, inputs, out: self(out)))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


def add_inverse_penalty(
    flow: RealNVP,
    images: Tensor,
    labels: Tensor | None,
    penalty: float,
    generator: torch.Generator,
) -> None:
    """Add the gradient of a penalty to the weights'.

        penalty / 2 x mean of log(F^2 + G^2) + log(F^2 + G_p^2)

    The mean is over random out-of-distribution pictures and as many of the batch. The gradient
    added is made no longer than the one already there: now and then a picture has a hundred times
    that of all others. All processes that train together add the same, so nothing is averaged.

    Args:
        images, labels: of the whole batch, also where several processes share it.
        penalty: of this step.
        generator: of those pictures and the errors.
    """
    others = random_out_of_distribution(flow.config, PICTURES, generator)
    pictures = torch.cat([others.images, images[:PICTURES].cpu()])
    if labels is not None and others.labels is not None:
        labels = torch.cat([others.labels, labels[:PICTURES].cpu()])
    both = torch.stack(gains(flow, pictures, labels, generator))
    # No biases: those before a batch norm can only drift, and its mean would follow them.
    named = flow.named_parameters()
    weights = [w for name, w in named if w.grad is not None and not name.endswith("bias")]
    gradients = torch.autograd.grad(
        penalty * 0.5 * (FLOOR**2 + both.square()).log().mean(1).sum(), weights
    )
    before = [weight.grad for weight in weights if weight.grad is not None]
    longest = nn.utils.get_total_norm(before) / nn.utils.get_total_norm(gradients).clamp_min(1e-12)
    torch._foreach_add_(before, torch._foreach_mul(gradients, longest.clamp_max(1)))


def inverse_penalty_at(step: int, config: TrainConfig) -> float:
    """The penalty of every EVERYth step; 0 for the others."""
    return config.inverse_penalty if step % EVERY == 0 else 0.0
