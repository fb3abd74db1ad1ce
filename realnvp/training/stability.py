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
from realnvp.flow import RealNVP, dequantize
from realnvp.nets import WeightNormConv2d
from realnvp.odd_pictures import random_odd_pictures

EVERY = 2  # steps
PICTURES = 4  # of either kind
NUDGE = 1e-4  # relative; where the gain is some hundreds, larger ones no longer see all of it


def inverse_gain(
    flow: RealNVP, images: Tensor, labels: Tensor | None, generator: torch.Generator
) -> Tensor:
    """By how much the way back magnifies relative errors made on it, (B,).

        G = rms(h' - h) / eps,   h' = logits of f^-1(z (1 + eps v)),   v ~ N(0, I)

    where whatever a convolution or a batch norm of a conditioner is given is off by a random eps
    as well. Rounding in float32 is such an error of about 3e-8, and most of what it costs is made
    there: shifts are sums of large terms, and a coupling may magnify them.

    Args:
        images: uint8 (B, C, H, W).
        labels: as the flow takes them, or None.
        generator: of the errors, on the CPU.
    """
    x = dequantize(images, None).to(flow.device, flow.dtype)
    vectors = flow.label_vectors(labels, len(x))
    nudge = Nudge(flow.device, generator)
    with evaluating(flow):  # statistics of a batch are not the same on the way back
        logits, _ = flow.logit(x)
        z, _ = flow.multiscale(logits, vectors)
        with nudge.inputs_of_layers(flow):
            back = flow.multiscale.inverse(nudge(z), vectors)
    return (back - logits).square().flatten(1).mean(1).sqrt() / NUDGE


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
    def inputs_of_layers(self, flow: RealNVP) -> Iterator[None]:
        """Within it, convolutions and batch norms of the conditioners are given nudged inputs."""
        hooks = [
            module.register_forward_pre_hook(lambda _, inputs: self(inputs[0]))
            for module in flow.modules()
            if isinstance(module, WeightNormConv2d | nn.BatchNorm2d)
        ]
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
    """Add the gradient of penalty x mean log max(1, G) to the weights'.

    The mean is over random odd pictures and as many of the batch. The gradient added is made no
    longer than the one already there: now and then a picture has a hundred times that of all
    others. All processes of a team add the same, so nothing is averaged.

    Args:
        images, labels: of the whole batch, also where a team shares it.
        penalty: of this step.
        generator: of the odd pictures and the errors.
    """
    odd = random_odd_pictures(flow.config, PICTURES, generator)
    pictures = torch.cat([odd.images, images[:PICTURES].cpu()])
    if odd.labels is not None and labels is not None:
        labels = torch.cat([odd.labels, labels[:PICTURES].cpu()])
    gain = inverse_gain(flow, pictures, labels, generator)
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
