"""Which variables a coupling keeps; Dinh et al. 2017, section 3.4, Figure 3."""

from functools import lru_cache

import torch
from torch import Tensor


class Mask:
    """A split of (B, C, H, W) into a kept half, which conditions, and a changed half.

    Sizes are those of the input at hand, so one mask serves pictures of any size.
    """

    def kept(self, x: Tensor) -> Tensor:
        """Boolean, broadcastable to x: True where the coupling leaves x alone."""
        raise NotImplementedError

    def condition(self, x: Tensor) -> Tensor:
        """What the conditioner may see: (B, visible_channels, H, W)."""
        raise NotImplementedError

    def place(self, amount: Tensor) -> Tensor:
        """A conditioner's output with zeros where the mask keeps x: (B, C, H, W)."""
        raise NotImplementedError

    def changed_parts(self, x: Tensor) -> list[Tensor]:
        """Views of x that together are its changed half."""
        raise NotImplementedError

    def changed_channels(self, channels: int) -> int:
        """Channels of a conditioner's log-scale, and of its shift, for C channels of x."""
        raise NotImplementedError

    def visible_channels(self, channels: int) -> int:
        """Channels of `condition`, without the plane that draws the mask."""
        raise NotImplementedError

    def plane(self, x: Tensor) -> Tensor | None:
        """The mask as an extra input channel (B, 1, H, W), or None if positions say it already."""
        return None


class CheckerboardMask(Mask):
    """Keeps every other pixel: those with (row + column) even if `keep_even`, else odd.

    Args:
        drawn: whether `plane` gives the mask.
    """

    def __init__(self, *, keep_even: bool, drawn: bool = True) -> None:
        self.keep_even, self.drawn = keep_even, drawn
        # Where the two changed pixels of every 2x2 cell are, (row, column).
        self.changed_cells = ((0, 1), (1, 0)) if keep_even else ((0, 0), (1, 1))

    def __repr__(self) -> str:
        return f"checkerboard, keeps {'even' if self.keep_even else 'odd'} pixels"

    def kept(self, x: Tensor) -> Tensor:
        return _checkerboard(*x.shape[2:], self.keep_even, torch.bool, x.device)

    def condition(self, x: Tensor) -> Tensor:
        return x * _checkerboard(*x.shape[2:], self.keep_even, x.dtype, x.device)

    def place(self, amount: Tensor) -> Tensor:
        return amount * _checkerboard(
            *amount.shape[2:], not self.keep_even, amount.dtype, amount.device
        )

    def plane(self, x: Tensor) -> Tensor | None:
        if not self.drawn:
            return None
        plane = _checkerboard(*x.shape[2:], self.keep_even, x.dtype, x.device)
        return plane.expand(len(x), 1, -1, -1)

    def changed_parts(self, x: Tensor) -> list[Tensor]:
        return [x[:, :, row::2, column::2] for row, column in self.changed_cells]

    def changed_channels(self, channels: int) -> int:
        return channels

    def visible_channels(self, channels: int) -> int:
        return channels


class ChannelMask(Mask):
    """Keeps half of the channels: the first half if `keep_first`, else the second."""

    def __init__(self, *, keep_first: bool) -> None:
        self.keep_first = keep_first

    def __repr__(self) -> str:
        return f"channels, keeps the {'first' if self.keep_first else 'second'} half"

    def kept(self, x: Tensor) -> Tensor:
        first = torch.arange(x.shape[1], device=x.device)[:, None, None] < x.shape[1] // 2
        return first == self.keep_first

    def condition(self, x: Tensor) -> Tensor:
        first, second = x.chunk(2, dim=1)
        return first if self.keep_first else second

    def place(self, amount: Tensor) -> Tensor:
        zeros = torch.zeros_like(amount)
        return torch.cat((zeros, amount) if self.keep_first else (amount, zeros), dim=1)

    def changed_parts(self, x: Tensor) -> list[Tensor]:
        half = x.shape[1] // 2
        return [x[:, half:] if self.keep_first else x[:, :half]]

    def changed_channels(self, channels: int) -> int:
        return channels // 2

    def visible_channels(self, channels: int) -> int:
        return channels // 2


@lru_cache(maxsize=64)
def _checkerboard(
    height: int, width: int, even: bool, dtype: torch.dtype, device: torch.device
) -> Tensor:
    """(H, W): True, or 1, where row + column is even, or odd if not `even`."""
    # Used again in later calls, so it must not become a tensor that autograd refuses.
    with torch.inference_mode(False):
        rows = torch.arange(height, device=device)[:, None]
        columns = torch.arange(width, device=device)
        return (((rows + columns) % 2 == 0) == even).to(dtype)
