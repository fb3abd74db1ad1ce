"""What is known of a picture: a measurement of it, and how far other pictures are from that.

A measurement A takes a picture x to what was seen, y = A(x). All values are in grey levels, 0 to
256; a byte v that was seen stands for the middle of its bin, v + 1/2.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.flow import quantize

FIRST, LAST = 40.0, 2.0  # grey levels: how far from what is known a picture may be, while it falls
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in the luminance of ITU-R BT.601


class Measurement:
    """A linear A, and what follows from it."""

    @property
    def tolerance(self) -> tuple[float, float]:
        """Standard deviation of y about A(x) in grey levels, where a search begins and ends.

        A strict one from the start would fix every pixel before the prior has had its say.
        """
        return FIRST, LAST

    def apply(self, x: Tensor) -> Tensor:
        """A(x) of pictures (B, C, H, W), float."""
        raise NotImplementedError

    def known(self, image: Tensor) -> Tensor:
        """What is seen of a picture, uint8 (1, C, H, W), as a picture that can be shown."""
        return quantize(self.apply(image.float() + 0.5))

    def misfit(self, x: Tensor, known: Tensor) -> Tensor:
        """Sum of (A(x) - y)^2 of each picture, (B,).

        Args:
            x: float (B, C, H, W) in (0, 256).
            known: as `known` gave it.
        """
        seen = known.to(x.device, x.dtype) + 0.5
        return (self.apply(x) - seen).square().flatten(1).sum(1)

    def count(self, known: Tensor) -> int:
        """How many values are known."""
        return known[0].numel()

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        """The plainest picture that fits, uint8 (1, C, H, W): no model is asked."""
        raise NotImplementedError

    def kept(self, images: Tensor, known: Tensor) -> Tensor:
        """Pictures, uint8 (B, C, H, W), with every byte that is known put back."""
        return images

    def sought(self, size: tuple[int, int]) -> Tensor:
        """The pixels that are not known, boolean (H, W): where an answer is right or wrong."""
        return torch.ones(size, dtype=torch.bool)


@dataclass(frozen=True, eq=False)
class Hole(Measurement):
    """All pixels but those that are missing.

    Args:
        missing: boolean (H, W).
    """

    missing: Tensor

    def apply(self, x: Tensor) -> Tensor:
        return x.where(~self.missing.to(x.device), 0.0)

    def known(self, image: Tensor) -> Tensor:
        return image.where(~self.missing, 0)

    def misfit(self, x: Tensor, known: Tensor) -> Tensor:
        seen = (known.to(x.device, x.dtype) + 0.5).where(~self.missing.to(x.device), 0.0)
        return (self.apply(x) - seen).square().flatten(1).sum(1)

    def count(self, known: Tensor) -> int:
        return int((~self.missing).sum()) * known.shape[1]

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        seen = ~self.missing
        if not seen.any():
            return torch.full_like(known, 128)
        mean = known[:, :, seen].float().mean(dim=2).round().to(torch.uint8)
        return known.where(seen, mean[:, :, None, None])

    def kept(self, images: Tensor, known: Tensor) -> Tensor:
        return images.where(self.missing, known)

    def sought(self, size: tuple[int, int]) -> Tensor:
        return self.missing


@dataclass(frozen=True)
class Luminance(Measurement):
    """The grey picture of a coloured one: y = 0.299 R + 0.587 G + 0.114 B."""

    def apply(self, x: Tensor) -> Tensor:
        weights = torch.tensor(LUMA, dtype=x.dtype, device=x.device)
        return (x * weights[:, None, None]).sum(1, keepdim=True)

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        return known.repeat(1, 3, 1, 1)


@dataclass(frozen=True)
class BlockMeans(Measurement):
    """The means of blocks of `side` times `side` pixels: a picture that is so much smaller.

    At the border, a block that does not fit has fewer pixels.
    """

    side: int

    def apply(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, self.side, ceil_mode=True, count_include_pad=False)

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        rows, columns = (torch.arange(length) // self.side for length in size)
        return known[:, :, rows][:, :, :, columns]


@dataclass(frozen=True)
class Noisy(Measurement):
    """The picture plus Gaussian noise, cut to bytes: A(x) = x.

    Args:
        strength: standard deviation of the noise, in grey levels.
        seed: of the noise.
    """

    strength: float
    seed: int = 0

    @property
    def tolerance(self) -> tuple[float, float]:
        return self.strength, self.strength

    def apply(self, x: Tensor) -> Tensor:
        return x

    def known(self, image: Tensor) -> Tensor:
        generator = torch.Generator().manual_seed(self.seed)
        noise = torch.randn(image.shape, generator=generator)
        return quantize(image.float() + 0.5 + self.strength * noise)

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        return known


def half(size: tuple[int, int], side: str) -> Tensor:
    """The pixels of one half, boolean (H, W).

    Args:
        side: "left", "right", "upper" or "lower"; of an odd number of pixels, the smaller half.
    """
    height, width = size
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    chosen = {
        "left": columns < width // 2,
        "right": columns >= width - width // 2,
        "upper": rows < height // 2,
        "lower": rows >= height - height // 2,
    }[side]
    return chosen.expand(size).clone()


def psnr(images: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of uint8 pictures (B, C, H, W) in dB, (B,), float64.

        PSNR = 10 log10(255^2 / mean squared error)

    Args:
        truth: uint8 (1, C, H, W) or (B, C, H, W).
        where: the pixels that count, boolean (H, W).

    Returns:
        Infinity for equal pixels, and where none counts.
    """
    difference = (images.double() - truth.double())[:, :, where].flatten(1)
    if not difference.shape[1]:
        return torch.full((len(images),), torch.inf, dtype=torch.float64)
    return 10 * torch.log10(255**2 / difference.square().mean(1))
