"""The one interface of every invertible step, with the steps that have no network in them."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class NonFiniteError(ArithmeticError):
    """NaN or infinity came out of a layer; the message names it."""


def check_finite(name: str, x: Tensor) -> None:
    """Raise `NonFiniteError` that names the layer unless every entry of x is finite."""
    if not torch.isfinite(x).all():
        bad = int((~torch.isfinite(x)).sum())
        raise NonFiniteError(f"{name} gave {bad} values that are not finite")


class Transform(nn.Module):
    """A bijection x -> y with a tractable Jacobian, on batches (B, C, H, W).

        forward   y = f(x)
        log_det   log |det df/dx|, (B,), nats, summed over everything but the batch
        inverse   x = f^-1(y), with running statistics whatever the training mode

    `labels` is None or (B, num_labels) float; only conditioners look at it.
    """

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        raise NotImplementedError

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        raise NotImplementedError


class Chain(Transform):
    """Transforms one after the other.

    forward   y = f_n(... f_1(x))
    log_det   sum of the parts' log-dets, each at its own input
    inverse   x = f_1^-1(... f_n^-1(y))
    """

    def __init__(self, transforms: Sequence[Transform]) -> None:
        super().__init__()
        self.transforms: Sequence[Transform] = nn.ModuleList(transforms)  # type: ignore[assignment]

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        total = x.new_zeros(len(x))
        for transform in self.transforms:
            x, log_det = transform(x, labels)
            total = total + log_det
        return x, total

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        for transform in reversed(self.transforms):
            y = transform.inverse(y, labels)
        return y


class Logit(Transform):
    """Pixels to the whole real line; section 4.1, with the (1 - 2 alpha) of the authors' code.

        forward   p = alpha + (1 - 2 alpha) x / 256,   y = log p - log(1 - p)
        log_det   sum of log(1 - 2 alpha) - log 256 - log p - log(1 - p)
        inverse   x = 256 (sigmoid(y) - alpha) / (1 - 2 alpha)

    x is float in (0, 256): a uint8 value plus noise in [0, 1). Because alpha > 0 the density
    reaches a little past both ends, where no pixel lies.
    """

    def __init__(self, alpha: float) -> None:
        super().__init__()
        self.alpha = alpha

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        share = (1 - 2 * self.alpha) / 256
        # 1 - p from 256 - x: where p rounds towards 1, 1 - p would keep no digits of x.
        log_p = torch.log(self.alpha + share * x)
        log_q = torch.log(self.alpha + share * (256 - x))
        return log_p - log_q, (math.log(share) - log_p - log_q).flatten(1).sum(1)

    def log_slope(self, y: Tensor) -> Tensor:
        """log dy/dx of each variable, from y: exact also where x rounds to 0 or 256."""
        return F.softplus(y) + F.softplus(-y) + math.log((1 - 2 * self.alpha) / 256)

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return (torch.sigmoid(y) - self.alpha) * (256 / (1 - 2 * self.alpha))


class Squeeze(Transform):
    """Trade space for channels, section 3.6: (B, C, H, W) -> (B, 4C, H/2, W/2).

        forward   the four pixels of every 2x2 cell become channels
        log_det   0, a permutation
        inverse   the channels go back to their pixels

    Plain order keeps the pixels of one channel together: channel 4c + 2i + j is pixel (i, j) of c.
    """

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return F.pixel_shuffle(y, 2)


# The order of the authors' code: the first two groups, which are kept, are a cell's diagonal.
CELL_ORDER = ((0, 0), (1, 1), (0, 1), (1, 0))


class OrderedSqueeze(Transform):
    """Squeeze whose channel groups are whole pixels, diagonal first: (B, C, H, W) -> (B, 4C, ...).

        forward   all C channels at (0, 0), then at (1, 1), (0, 1) and (1, 0) of every 2x2 cell
        log_det   0, a permutation
        inverse   the groups go back to their pixels

    Halving the result by channels therefore halves the picture by pixels.
    """

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        groups = [x[:, :, i::2, j::2] for i, j in CELL_ORDER]
        return torch.cat(groups, dim=1), x.new_zeros(len(x))

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        batch, channels, height, width = y.shape
        x = y.new_empty(batch, channels // 4, 2 * height, 2 * width)
        for group, (i, j) in zip(y.chunk(4, dim=1), CELL_ORDER, strict=True):
            x[:, :, i::2, j::2] = group
        return x


class Unsqueeze(Transform):
    """`Squeeze` undone: (B, 4C, H, W) -> (B, C, 2H, 2W); log_det 0."""

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return F.pixel_shuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return F.pixel_unshuffle(y, 2)
