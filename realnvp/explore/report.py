"""What a model says of one picture."""

from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.frames import labels_for_all
from realnvp.explore.one_pass import encode_with_bits
from realnvp.flow import RealNVP, dequantize, quantize


@dataclass(frozen=True)
class Report:
    """The round trip of one picture, with every byte at the middle of its bin.

    Args:
        image: uint8 (1, C, H, W).
        z: its latent, (1, D).
        reconstruction: decode(z), uint8 (1, C, H, W).
        bits_per_dim: of the picture.
        norm: ||z|| / sqrt(D); 1 is where the prior has its mass.
        equal_bytes: values of the reconstruction that are the image's, out of D.
        byte_error: largest difference between the two, in steps of 1/255.
        real_error: the same before rounding to bytes; below 1/2, none can change.
        logit_error: the same in logits, where the network works; None of a flow of another kind.
    """

    image: Tensor
    z: Tensor
    reconstruction: Tensor
    bits_per_dim: float
    norm: float
    equal_bytes: int
    byte_error: int
    real_error: float
    logit_error: float | None


@torch.inference_mode()
def report_on(flow: RealNVP, image: Tensor, labels: Tensor | None = None) -> Report:
    """Encode one picture, decode it again and measure both: once through the network each way.

    Args:
        image: uint8 (1, C, H, W) of the trained size.
        labels: of one picture, as the flow takes them.

    Raises:
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    x = dequantize(image, None).to(flow.device, flow.dtype)
    z, bits = encode_with_bits(flow, image, labels)
    back = flow.inverse(z, labels)
    if not torch.isfinite(back).all():
        flow.decode(z, labels)  # walks back and names the layer
    reconstruction = quantize(back).cpu()
    return Report(
        image=image,
        z=z.cpu(),
        reconstruction=reconstruction,
        bits_per_dim=float(bits),
        norm=norm_ratio(z),
        equal_bytes=int((image == reconstruction).sum()),
        byte_error=int((image.int() - reconstruction.int()).abs().max()),
        real_error=float((back - x).abs().max()),
        logit_error=float((flow.logit(back)[0] - flow.logit(x)[0]).abs().max())
        if flow.has_couplings
        else None,
    )


def bits_over_noise(
    flow: RealNVP, image: Tensor, labels: Tensor | None = None, *, draws: int = 32
) -> Tensor:
    """bits/dim of one picture under `draws` of the dequantization noise, (draws,), float64.

    Always the same ones, as in training u ~ U[0, 1) for every byte; their mean is an upper bound of
    what the bytes themselves cost (Theis et al. 2016, arXiv:1511.01844, section 3.1).
    """
    many = image.expand(draws, -1, -1, -1)
    noise = torch.Generator().manual_seed(0)
    return flow.bits_per_dim(many, labels_for_all(labels, draws), generator=noise)


def norm_ratio(z: Tensor) -> float:
    """||z|| / sqrt(D) of one latent, or of one level of it."""
    return float(z.square().mean().sqrt())
