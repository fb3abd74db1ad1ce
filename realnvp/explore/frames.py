"""What can be shown of a row of latents."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.paths import positions
from realnvp.flow import RealNVP


@dataclass(frozen=True)
class Frames:
    """Latents with their pictures.

    Args:
        z: (n, D).
        images: uint8 (n, C, H, W), decoded from z.
        norm_ratios: ||z|| / sqrt(D), (n,); 1 is where the prior has its mass.
        bits_per_dim: of the images, as of any pictures of these bytes, (n,); None if not asked for.
        labels: as the flow takes them, or None.
    """

    z: Tensor
    images: Tensor
    norm_ratios: Tensor
    bits_per_dim: Tensor | None
    labels: Tensor | None

    @property
    def bits(self) -> Tensor:
        """`bits_per_dim`, where it was asked for."""
        assert self.bits_per_dim is not None
        return self.bits_per_dim


def frames_of(
    flow: RealNVP,
    z: Tensor,
    labels: Tensor | None = None,
    size: tuple[int, int] | None = None,
    *,
    with_bits: bool = True,
) -> Frames:
    """Decode latents, (n, D) or (D,), and measure them.

    Args:
        size: (H, W) of pictures other than the trained one.
        with_bits: give bits/dim; it takes another pass.
    """
    z = torch.atleast_2d(z)
    images = flow.decode(z, labels, size)
    return Frames(
        z=z,
        images=images,
        norm_ratios=norm_ratios(z),
        bits_per_dim=flow.bits_per_dim(images, labels) if with_bits else None,
        labels=labels,
    )


def norm_ratios(z: Tensor) -> Tensor:
    """||z|| / sqrt(D) of each latent, (n, D) or (D,): (n,), float64."""
    z = torch.atleast_2d(z).double()
    return z.norm(dim=1) / math.sqrt(z.shape[1])


def labels_for_all(labels: Tensor | None, n: int) -> Tensor | None:
    """Labels of one picture, (1, ...), for n of them."""
    return None if labels is None else labels.expand(n, *labels.shape[1:])


def repeat_labels(labels: Tensor | None, times: int) -> Tensor | None:
    """Labels of rows that were made `times` from each latent, latent after latent."""
    return None if labels is None else labels.repeat_interleave(times, dim=0)


def labels_along(labels: Tensor | None, frames: int) -> Tensor | None:
    """Labels of the frames of a path through latents that have these labels.

    Attribute bits, (m, A), go linearly from latent to latent; classes, (m,), cannot, and a frame
    takes that of the nearer latent, halfway that of the next.
    """
    if labels is None:
        return None
    at = positions(len(labels), frames)
    if labels.ndim == 1:
        return labels[(at + 0.5).floor().long()]
    start = at.floor().long()
    end = at.ceil().long()
    share = (at - start)[:, None]
    between = (1 - share) * labels[start].double() + share * labels[end].double()
    return between.to(torch.float32)
