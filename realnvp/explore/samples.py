"""Pictures of a seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.explore.extrapolation import larger_size
from realnvp.flow import RealNVP


@dataclass(frozen=True)
class Samples:
    """Samples with what made them, all in the order in which they are shown.

    Args:
        z: latents, (n, D).
        images: uint8 (n, C, H, W), decoded from z.
        bits_per_dim: of the images at the middle of their bins, (n,); None if not asked for.
        labels: as the flow takes them, or None.
        places: where each was in the order of drawing, from 0, (n,).
    """

    z: Tensor
    images: Tensor
    bits_per_dim: Tensor | None
    labels: Tensor | None
    places: Tensor

    @property
    def bits(self) -> Tensor:
        """`bits_per_dim`, where it was asked for."""
        assert self.bits_per_dim is not None
        return self.bits_per_dim


def draw_samples(
    flow: RealNVP,
    n: int,
    temperature: float | Sequence[float],
    seed: int,
    labels: Tensor | None = None,
    *,
    order: str = "as drawn",
    with_bits: bool = False,
    times: int = 1,
) -> Samples:
    """n samples of one seed; the same seed means the same noise at every temperature.

    Fewer samples are the first of more.

    Args:
        temperature: one for all levels, or one for each, finest first.
        order: "as drawn", or by bits/dim, "lowest first" or "highest first".
        with_bits: give bits/dim even where the order needs none; it takes another pass.
        times: sides of the pictures as a multiple of the trained ones.
    """
    size = larger_size(flow, times)
    z = flow.draw(n, temperature, torch.Generator().manual_seed(seed), size)
    images, rank = flow.decode(z, labels, size), torch.arange(n)
    if order == "as drawn" and not with_bits:
        return Samples(z, images, None, labels, rank)
    bits = flow.bits_per_dim(images, labels)
    if order != "as drawn":
        rank = bits.argsort(stable=True, descending=order == "highest first")
        z, images, bits = z[rank], images[rank], bits[rank]
        labels = None if labels is None else labels[rank]
    return Samples(z, images, bits, labels, rank)
