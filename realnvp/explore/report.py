"""What a model says of one picture."""

from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.flow import RealNVP, dequantize
from realnvp.metrics import standard_error


@dataclass(frozen=True)
class Report:
    """One picture, there and back.

    Args:
        image: uint8 (1, C, H, W).
        z: its latent at the middle of every bin, (1, D).
        reconstruction: decode(z), uint8 (1, C, H, W).
        equal_bytes: values of the reconstruction that are the image's, out of D.
        logit_error: largest difference, in logits, after there and back in real numbers.
        bits_per_dim: at the middle of every bin.
        mean_bits_per_dim: over draws of the dequantization noise, as in training.
        mean_error: standard error of that mean.
        draws: how many.
        norm: ||z|| / sqrt(D); 1 is where the prior has its mass.
    """

    image: Tensor
    z: Tensor
    reconstruction: Tensor
    equal_bytes: int
    logit_error: float
    bits_per_dim: float
    mean_bits_per_dim: float
    mean_error: float
    draws: int
    norm: float


def report_on(
    flow: RealNVP, image: Tensor, labels: Tensor | None = None, *, draws: int = 16
) -> Report:
    """Encode one picture, decode it again and measure both.

    Args:
        image: uint8 (1, C, H, W) of the trained size.
        labels: of one picture, as the flow takes them.
        draws: of the noise, at least 2; always the same ones.
    """
    z = flow.encode(image, labels)
    reconstruction = flow.decode(z, labels)
    noise = torch.Generator().manual_seed(0)
    many = image.expand(draws, -1, -1, -1)
    many_labels = None if labels is None else labels.expand(draws, *labels.shape[1:])
    noisy_bits = flow.bits_per_dim(many, many_labels, generator=noise)
    return Report(
        image=image,
        z=z,
        reconstruction=reconstruction,
        equal_bytes=int((image == reconstruction).sum()),
        logit_error=_logit_error(flow, image, z, labels),
        bits_per_dim=float(flow.bits_per_dim(image, labels)),
        mean_bits_per_dim=float(noisy_bits.mean()),
        mean_error=standard_error(noisy_bits),
        draws=draws,
        norm=norm_ratio(z),
    )


def norm_ratio(z: Tensor) -> float:
    """||z|| / sqrt(D) of one latent, or of one level of it."""
    return float(z.square().mean().sqrt())


def _logit_error(flow: RealNVP, image: Tensor, z: Tensor, labels: Tensor | None) -> float:
    """Largest |logit(x') - logit(x)| with x' = f^-1(f(x)), before anything is rounded."""
    x = dequantize(image, None).to(flow.device, flow.dtype)
    back = flow.inverse(z.to(flow.device), labels)
    return float((flow.logit(back)[0] - flow.logit(x)[0]).abs().max())
