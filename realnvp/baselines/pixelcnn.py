"""The autoregressive model: one pixel after the other, each conditioned on all before it."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from realnvp.baselines.baseline import Baseline, BaselineConfig


class CausalConv(nn.Module):
    """Convolution that sees only what comes before a pixel in reading order.

    (B, in, H, W) -> (B, out, H, W). The kernel has `reach` rows above a pixel, as many columns to
    either side of it, and its own row; a mask takes away what is to the right there and, unless
    `itself`, the pixel too: mask A of the paper without, mask B with it.
    """

    mask: Tensor

    def __init__(self, in_channels: int, out_channels: int, reach: int, *, itself: bool) -> None:
        super().__init__()
        self.reach = reach
        mask = torch.ones(reach + 1, 2 * reach + 1)
        mask[-1, reach + itself :] = 0
        taps = (2 * reach + 1) * reach + reach + itself
        self.register_buffer("mask", mask, persistent=False)
        weight = torch.empty(out_channels, in_channels, *mask.shape)
        nn.init.normal_(weight, std=(2 / (in_channels * taps)) ** 0.5)
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(self.padded(x), self.weight * self.mask, self.bias)

    def padded(self, x: Tensor) -> Tensor:
        return F.pad(x, (self.reach, self.reach, self.reach, 0))


class Block(nn.Module):
    """Residual block of the paper's figure 5: to half as many maps, a causal convolution, back."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(2 * width, width, 1)
        self.look = CausalConv(width, width, 1, itself=True)
        self.leave = nn.Conv2d(width, 2 * width, 1)

    def forward(self, h: Tensor) -> Tensor:
        inside = F.relu(self.enter(F.relu(h)))
        return h + self.leave(F.relu(self.look(inside)))


class PixelCNN(Baseline):
    """Van den Oord et al., "Pixel recurrent neural networks" (ICML 2016, arXiv:1601.06759).

        log p(x) = sum over i of log p(x_i | x_1, ..., x_(i-1))

    pixels in reading order, each factor a softmax over all 256 values: exact, and of bytes, without
    noise. All factors of a given picture come from one pass; to draw one, pixel must follow pixel.
    A learned bias for each place tells it where it is: digits are centred.
    """

    TITLE: ClassVar[str] = "PixelCNN"

    def __init__(self, config: BaselineConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__(config, card)
        maps = 2 * config.width
        self.first = CausalConv(1, maps, 3, itself=False)
        self.place = nn.Parameter(torch.zeros(maps, *config.image_size))
        self.blocks = cast(
            Sequence[Block], nn.ModuleList(Block(config.width) for _ in range(config.blocks))
        )
        self.hidden = nn.Conv2d(maps, maps, 1)
        self.last = nn.Conv2d(maps, 256, 1)

    def logits(self, images: Tensor) -> Tensor:
        """log p(x_i | x_1, ..., x_(i-1)) up to a constant for every value: (B, 256, H, W)."""
        return self.logits_of(self.scaled(images))

    def logits_of(self, x: Tensor) -> Tensor:
        """`logits` of pictures as real numbers from -1 to 1."""
        h = self.first(x) + self.place
        for block in self.blocks:
            h = block(h)
        return self.last(F.relu(self.hidden(F.relu(h))))

    def bits_per_dim(self, images: Tensor) -> Tensor:
        """-log2 p(x) per pixel, (B,): exact."""
        return self.pixel_bits(images).flatten(1).mean(1)

    def pixel_bits(self, images: Tensor) -> Tensor:
        """-log2 p(x_i | x_1, ..., x_(i-1)), (B, H, W): what each pixel costs."""
        values = images[:, 0].to(self.device, torch.int64)
        return F.cross_entropy(self.logits(images), values, reduction="none") / math.log(2)

    def start(
        self,
        n: int,
        generator: torch.Generator | None = None,
        given: Tensor | None = None,
        rows: int = 0,
    ) -> "Drawing":
        """n pictures, yet to be drawn, whose first `rows` are those of `given`, (1, 1, H, W)."""
        return Drawing(self, n, generator, given, rows)

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        return self.start(n, generator).rows(self.config.image_size[0])

    @torch.inference_mode()
    def measure(self, images: Tensor) -> dict[str, Any]:
        bits = torch.cat([self.bits_per_dim(part) for part in images.split(100)])
        return {"test_bits_per_dim": float(bits.double().mean()), "test_images": len(images)}


class Drawing:
    """Pictures on the way, row by row, with what every layer has computed so far.

    A new pixel needs each layer at its own place alone: the whole drawing costs about as much
    arithmetic as one pass, yet takes H W steps that wait for each other (Ramachandran et al. 2017,
    arXiv:1704.06001). Without the memory it would be H W passes.

    Args:
        given, rows: a picture, (1, 1, H, W), whose first `rows` all of them share.
    """

    @torch.inference_mode()
    def __init__(
        self,
        net: PixelCNN,
        n: int,
        generator: torch.Generator | None = None,
        given: Tensor | None = None,
        rows: int = 0,
    ) -> None:
        height, width = net.config.image_size
        self.images = torch.zeros(n, 1, height, width, dtype=torch.uint8)
        self.row = 0  # the next one
        self._net, self._generator = net, generator
        self._given, self._kept = (self.images, 0) if given is None else (given, rows)
        self._first = _Place(net.first, n, height, width)
        self._looks = [_Place(block.look, n, height, width) for block in net.blocks]
        self._enters = [_matrix(block.enter) for block in net.blocks]
        self._leaves = [_matrix(block.leave) for block in net.blocks]
        self._hidden, self._last = _matrix(net.hidden), _matrix(net.last)
        self._bias = net.place.permute(1, 2, 0).contiguous()

    @torch.inference_mode()
    def rows(self, count: int) -> Tensor:
        """Draw so many rows more; gives the pictures, black where nothing is drawn yet."""
        _, _, height, width = self.images.shape
        for row in range(self.row, min(self.row + count, height)):
            for column in range(width):
                # Known pixels are asked about too: the memory needs them.
                logits = self.logits_at(row, column)
                known = row < self._kept
                self.put(
                    row, column, self._given[:, 0, row, column] if known else self._draw(logits)
                )
            self.row = row + 1
        return self.images.clone()

    @torch.inference_mode()
    def logits_at(self, row: int, column: int) -> Tensor:
        """Those of one pixel, (n, 256); every pixel before it must have been asked and put."""
        h = self._first.look(row, column) + self._bias[row, column]
        for enter, look, leave in zip(self._enters, self._looks, self._leaves, strict=True):
            look.remember(row, column, F.relu(F.linear(F.relu(h), *enter)))
            h = h + F.linear(F.relu(look.look(row, column)), *leave)
        return F.linear(F.relu(F.linear(F.relu(h), *self._hidden)), *self._last)

    @torch.inference_mode()
    def put(self, row: int, column: int, values: Tensor) -> None:
        """Set one pixel of all pictures, (n,) or (1,), values from 0 to 255."""
        self.images[:, 0, row, column] = values.to(torch.uint8)
        self._first.remember(row, column, self._net.scaled(values)[:, None])

    def _draw(self, logits: Tensor) -> Tensor:
        """A value for each picture, (n,): where the sum of the chances passes a random number."""
        sums = logits.softmax(dim=1).cumsum(dim=1).cpu()
        u = torch.rand(len(sums), 1, generator=self._generator) * sums[:, -1:]
        return (sums <= u).sum(dim=1).clamp(max=255)


class _Place:
    """A causal convolution asked at one place at a time, with its input so far.

    The memory is (H, W, n, in) with a margin, so that what lies around a place is copied in runs.
    """

    def __init__(self, conv: CausalConv, n: int, height: int, width: int) -> None:
        self._reach, weight = conv.reach, conv.weight * conv.mask
        self._matrix = weight.permute(0, 2, 3, 1).flatten(1), conv.bias
        reach, channels = conv.reach, weight.shape[1]
        self._memory = weight.new_zeros(height + reach, width + 2 * reach, n, channels)

    def remember(self, row: int, column: int, values: Tensor) -> None:
        """The input at a place, (n, in)."""
        self._memory[row + self._reach, column + self._reach] = values

    def look(self, row: int, column: int) -> Tensor:
        """The output there, (n, out)."""
        reach = self._reach
        around = self._memory[row : row + reach + 1, column : column + 2 * reach + 1]
        return F.linear(around.permute(2, 0, 1, 3).flatten(1), *self._matrix)


def _matrix(conv: nn.Conv2d) -> tuple[Tensor, Tensor | None]:
    """A 1x1 convolution as what `linear` takes."""
    return conv.weight[:, :, 0, 0].contiguous(), conv.bias
