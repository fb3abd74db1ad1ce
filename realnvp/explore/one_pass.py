"""Latents and bits/dim of pictures by one pass through the network, not by two."""

import torch
from torch import Tensor

from realnvp.flow import RealNVP, dequantize, log_normal
from realnvp.metrics import bits_per_dim


@torch.inference_mode()
def encode_with_bits(
    flow: RealNVP, images: Tensor, labels: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Of uint8 pictures (B, C, H, W), every byte at the middle of its bin.

    Returns:
        Latents, (B, D), on the flow's device; bits/dim, (B,), float64 on the CPU.

    Raises:
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    x = dequantize(images, None).to(flow.device, flow.dtype)
    z, log_det = flow(x, labels)
    if not (torch.isfinite(z).all() and torch.isfinite(log_det).all()):
        flow.name_culprit(x, labels)
    return z, bits_per_dim((log_normal(z) + log_det).cpu().double(), z.shape[1])
