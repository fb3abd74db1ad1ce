"""How well a model fits a set of images, and how exact its round trip is."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.flow import RealNVP, dequantize
from realnvp.metrics import standard_error

MAX_LOGIT_ERROR = 1e-4  # of a round trip, in float32; half a byte is 0.007 or more
MAX_BITS_ERROR = 1e-5  # of bits/dim in float32
BATCH = 256  # images between two calls of `progress`


@dataclass(frozen=True)
class Evaluation:
    """bits/dim of a set of images.

    Args:
        mean: over the images, each averaged over the draws of its dequantization noise.
        standard_error: of that mean, over the images.
        images: how many.
        draws: noise draws for each.
    """

    mean: float
    standard_error: float
    images: int
    draws: int

    def __str__(self) -> str:
        draws = "draw" if self.draws == 1 else "draws"
        return (
            f"{self.mean:.4f} ± {self.standard_error:.4f} bits/dim"
            f" ({self.images:,} images, {self.draws} {draws})"
        )


def evaluate(
    flow: RealNVP,
    images: Tensor,
    labels: Tensor | None = None,
    *,
    draws: int = 1,
    seed: int = 0,
    progress: Callable[[int], object] = lambda done: None,
) -> Evaluation:
    """bits/dim over `draws` of the noise; the same seed gives the same number.

    Args:
        images: uint8 (N, C, H, W), at least 2.
        labels: as the flow takes them.
        progress: told how many more images are done.

    Raises:
        ValueError: if there are fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(f"a standard error needs at least two images, not {len(images)}")
    generator = torch.Generator().manual_seed(seed)
    parts = []
    for rows in _batches(len(images)):
        part_labels = None if labels is None else labels[rows]
        parts.append(flow.bits_per_dim(images[rows], part_labels, draws, generator))
        progress(len(parts[-1]))
    bits = torch.cat(parts)
    return Evaluation(float(bits.mean()), standard_error(bits), len(images), draws)


def quantiles(flow: RealNVP, images: Tensor, labels: Tensor | None = None) -> list[float]:
    """101 quantiles, 0 % to 100 %, of bits/dim per image at the middle of every bin."""
    bits = flow.bits_per_dim(images, labels).double()
    return torch.quantile(bits, torch.linspace(0, 1, 101, dtype=torch.float64)).tolist()


@dataclass(frozen=True)
class RoundTrip:
    """A round trip of images: the largest error in logits, and the bytes that differ."""

    logits: float
    wrong_bytes: int
    total_bytes: int

    def __str__(self) -> str:
        return (
            f"{self.logits:.1e} in logits at most,"
            f" {self.wrong_bytes:,} of {self.total_bytes:,} bytes differ"
        )


@torch.inference_mode()
def round_trip(flow: RealNVP, images: Tensor, labels: Tensor | None = None) -> RoundTrip:
    """Encode and decode uint8 pictures (N, C, H, W), N at least 1, in the flow's own precision."""
    worst, wrong = 0.0, 0
    for rows in _batches(len(images)):
        part, part_labels = images[rows], None if labels is None else labels[rows]
        z = flow.encode(part, part_labels)
        wrong += int((flow.decode(z, part_labels) != part).sum())
        x = dequantize(part, None).to(flow.device, flow.dtype)
        back = flow.inverse(z.to(flow.device), part_labels)
        error = (flow.logit(back)[0] - flow.logit(x)[0]).abs().max()
        worst = max(worst, float(error))
    return RoundTrip(worst, wrong, images.numel())


def bits_error(
    flow: RealNVP, double: RealNVP, images: Tensor, labels: Tensor | None = None
) -> float:
    """By how much bits/dim are off in the flow's own precision, root mean square.

    The largest of a few errors would be luck: of the same weights it differs between processors,
    which add up in another order. What costs over 8 bits, such as noise, may be off by as many
    times more.

    Args:
        double: the same flow in float64.
        images: uint8 (N, C, H, W), N at least 1.
    """
    exact = double.bits_per_dim(images, labels)
    error = (flow.bits_per_dim(images, labels) - exact).abs()
    return float((error / (exact / 8).clamp_min(1)).square().mean().sqrt())


def _batches(count: int) -> list[slice]:
    return [slice(start, start + BATCH) for start in range(0, count, BATCH)]
