"""A small flow that is no RealNVP, as a visitor of the docs would write one, and broken ones."""

import math
from typing import Any

import torch
from torch import Tensor, nn

MARGIN = 0.05


class OtherFlow(nn.Module):
    """Logits, a random matrix over all of them, and z = asinh of the result; pictures of 3x8x8."""

    image_shape = (3, 8, 8)

    def __init__(self) -> None:
        super().__init__()
        size = math.prod(self.image_shape)
        generator = torch.Generator().manual_seed(0)
        turn = torch.linalg.qr(torch.randn(size, size, generator=generator))[0]
        scale = (0.3 * torch.randn(size, generator=generator)).exp()
        self.turn, self.scale = nn.Parameter(turn), nn.Parameter(scale)

    def encode(self, x: Tensor) -> Tensor:
        return torch.asinh(self._turned(x)[0])

    def decode(self, z: Tensor) -> Tensor:
        p = torch.sigmoid((torch.sinh(z) / self.scale) @ self.turn.T)
        return ((p - MARGIN) * 256 / (1 - 2 * MARGIN)).view(-1, *self.image_shape)

    def log_prob(self, x: Tensor) -> Tensor:
        h, log_det = self._turned(x)
        z = torch.asinh(h)
        prior = -0.5 * (z.square() + math.log(2 * math.pi)).sum(1)
        return prior + log_det + self.scale.log().sum() - 0.5 * (1 + h.square()).log().sum(1)

    def _turned(self, x: Tensor) -> tuple[Tensor, Tensor]:
        p = (MARGIN + (1 - 2 * MARGIN) * x / 256).flatten(1)
        slope = math.log((1 - 2 * MARGIN) / 256) - p.log() - (1 - p).log()
        return ((p.log() - (1 - p).log()) @ self.turn) * self.scale, slope.sum(1)


class Levelled(OtherFlow):
    """The same, which calls its numbers two levels."""

    level_shapes = ((6, 4, 4), (24, 2, 2))

    def __init__(self) -> None:
        super().__init__()
        self.card = {"title": "Two levels", "temperature": [0.9, 0.5]}


class OfUnits(OtherFlow):
    """Its log p is of x / 256."""

    def log_prob(self, x: Tensor) -> Tensor:
        return super().log_prob(x) + x[0].numel() * math.log(256)


class OfBatches(OtherFlow):
    """Its latents depend on what is beside them."""

    def encode(self, x: Tensor) -> Tensor:
        z = super().encode(x)
        return z - z.mean(0)


class WithoutGradient(OtherFlow):
    """Its decode cannot be followed back."""

    @torch.no_grad()
    def decode(self, z: Tensor) -> Tensor:
        return super().decode(z)


class OfOnePrecision(OtherFlow):
    """It makes float32 of whatever it is given."""

    def encode(self, x: Tensor) -> Tensor:
        return super().encode(x.float() + torch.zeros(1, dtype=torch.float32))

    def log_prob(self, x: Tensor) -> Tensor:
        return super().log_prob(x.float())


class OfPictures(OtherFlow):
    """Its latents are not flat."""

    def encode(self, x: Tensor) -> Tensor:
        return super().encode(x).view(-1, *self.image_shape)


def make() -> OtherFlow:
    return OtherFlow()


def levelled() -> OtherFlow:
    return Levelled()


def without_gradient() -> OtherFlow:
    return WithoutGradient()


def of_units() -> OtherFlow:
    return OfUnits()


def of_batches() -> OtherFlow:
    return OfBatches()


def of_pictures() -> OtherFlow:
    return OfPictures()


def without_log_prob() -> Any:
    return nn.Identity()


def failing() -> OtherFlow:
    raise ZeroDivisionError("no <b>flow</b>\nat all")
