"""A penalty on inverses that magnify rounding; after Behrmann et al. (AISTATS 2021).

A flow that fits well may still be no bijection in float32: what lies far from all that it has
learned, it encodes to large latents, and the way back magnifies their rounding. Likelihood says
nothing about that, as no training picture is there. So now and then a step shows such pictures.
"""

import torch
from torch import Tensor, nn

from realnvp.config import TrainConfig
from realnvp.coupling import evaluating
from realnvp.flow import RealNVP, dequantize
from realnvp.odd_pictures import random_odd_pictures

EVERY = 2  # steps
PICTURES = 8
NUDGE = 1e-3  # relative; smaller ones see the corners of every ReLU, and gradients jump


def inverse_gain(
    flow: RealNVP, images: Tensor, labels: Tensor | None, generator: torch.Generator
) -> Tensor:
    """By how much the way back magnifies a relative error of the latent, (B,), at least.

        G = rms(h' - h) / eps,   h' = logits of f^-1(z + eps v z),   v ~ N(0, I)

    Rounding in float32 is an error of about 6e-8, here and in every layer on the way.

    Args:
        images: uint8 (B, C, H, W).
        labels: as the flow takes them, or None.
        generator: of v, on the CPU.
    """
    x = dequantize(images, None).to(flow.device, flow.dtype)
    vectors = flow.label_vectors(labels, len(x))
    with evaluating(flow):  # statistics of a batch are not the same on the way back
        logits, _ = flow.logit(x)
        z, _ = flow.multiscale(logits, vectors)
        nudge = torch.randn(z.shape, generator=generator).to(z)
        back = flow.multiscale.inverse(z * (1 + NUDGE * nudge), vectors)
    return (back - logits).square().flatten(1).mean(1).sqrt() / NUDGE


def add_inverse_penalty(flow: RealNVP, penalty: float, generator: torch.Generator) -> None:
    """Add the gradient of penalty x mean log max(1, G), over random odd pictures, to the weights'.

    It is made no longer than the gradient already there: now and then a picture has a hundred
    times that of all others. All processes of a team add the same, so nothing is averaged.
    """
    kind = random_odd_pictures(flow.config, PICTURES, generator)
    gain = inverse_gain(flow, kind.images, kind.labels, generator)
    # No biases: those before a batch norm can only drift, and its mean would follow them.
    named = flow.named_parameters()
    weights = [w for name, w in named if w.grad is not None and not name.endswith("bias")]
    gradients = torch.autograd.grad(penalty * gain.clamp_min(1).log().mean(), weights)
    before = [weight.grad for weight in weights if weight.grad is not None]
    longest = nn.utils.get_total_norm(before) / nn.utils.get_total_norm(gradients).clamp_min(1e-12)
    torch._foreach_add_(before, torch._foreach_mul(gradients, longest.clamp_max(1)))


def inverse_penalty_at(step: int, config: TrainConfig) -> float:
    """The penalty of every EVERYth step; 0 for the others."""
    return config.inverse_penalty if step % EVERY == 0 else 0.0
