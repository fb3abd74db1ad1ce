"""The residual s, t network; it is never inverted, so anything goes in here."""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def parameter_count(model: nn.Module) -> int:
    """How many numbers of it are learned."""
    return sum(parameter.numel() for parameter in model.parameters())


class WeightNormConv2d(nn.Module):
    """Convolution with weight = gain * v / ||v|| per output map (Salimans and Kingma, 2016).

    (B, in, H, W) -> (B, out, H, W); stride 1, zero padding that keeps H and W.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int, *, bias: bool) -> None:
        super().__init__()
        direction = torch.empty(out_channels, in_channels, kernel, kernel)
        nn.init.kaiming_normal_(direction, nonlinearity="relu")
        self.direction = nn.Parameter(direction)
        self.gain = nn.Parameter(direction.flatten(1).norm(dim=1))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.padding = kernel // 2

    def weight(self) -> Tensor:
        """The plain kernel, (out, in, kernel, kernel)."""
        norm = self.direction.flatten(1).norm(dim=1).clamp_min(1e-12)
        return self.direction * (self.gain / norm)[:, None, None, None]

    def forward(self, x: Tensor) -> Tensor:
        # Channels-last on both sides: without it oneDNN is up to seven times slower on thin maps.
        weight = self.weight().contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, weight, self.bias, padding=self.padding)


class ResidualBlock(nn.Module):
    """Pre-activation block: x + conv3(relu(bn(conv3(relu(bn(x)))))), (B, width, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm_in = nn.BatchNorm2d(width)
        self.conv_in = WeightNormConv2d(width, width, 3, bias=False)
        self.norm_out = nn.BatchNorm2d(width)
        self.conv_out = WeightNormConv2d(width, width, 3, bias=True)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv_in(F.relu(self.norm_in(x)))
        return x + self.conv_out(F.relu(self.norm_out(h)))


class Conditioner(nn.Module):
    """From what a coupling keeps to how it changes the rest: raw log-scale, then shift.

    (B, in, H, W) [+ mask plane (B, 1, H, W)] [+ labels (B, num_labels)] -> (B, 2 out, H, W), the
    input's dtype. Section 4.1 with the authors' code: batch norm without gain, [x, -x, mask]
    through a ReLU, 3x3 conv, residual blocks with a 1x1 skip each, batch norm, ReLU, 1x1 conv.
    Labels add a learned bias per feature map, which is what label planes under a convolution do.

    With `input_gain` the first batch norm has a gain and an offset, as other implementations have.

    The last convolution starts at zero, so an untrained coupling is the identity.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        width: int,
        *,
        num_blocks: int,
        mask_plane: bool,
        num_labels: int = 0,
        input_gain: bool = False,
    ) -> None:
        super().__init__()
        self.norm_in = nn.BatchNorm2d(in_channels, affine=input_gain)
        self.conv_in = WeightNormConv2d(2 * in_channels + mask_plane, width, 3, bias=True)
        self.from_labels = nn.Linear(num_labels, width, bias=False) if num_labels else None
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(num_blocks))
        self.skips = nn.ModuleList(
            WeightNormConv2d(width, width, 1, bias=True) for _ in range(num_blocks + 1)
        )
        self.norm_out = nn.BatchNorm2d(width)
        self.conv_out = WeightNormConv2d(width, 2 * out_channels, 1, bias=True)
        nn.init.zeros_(self.conv_out.gain)

    def forward(self, x: Tensor, plane: Tensor | None, labels: Tensor | None = None) -> Tensor:
        h = self.norm_in(x)
        parts = [h, -h] if plane is None else [h, -h, plane]
        h = F.relu(torch.cat(parts, dim=1)).contiguous(memory_format=torch.channels_last)
        h = self.conv_in(h)
        if self.from_labels is not None:
            h = h + self.from_labels(cast(Tensor, labels))[:, :, None, None]
        total = self.skips[0](h)
        for block, skip in zip(self.blocks, self.skips[1:], strict=True):
            h = block(h)
            total = total + skip(h)
        # Half precision ends here. The last convolution gives shifts, and a flow magnifies what
        # they are rounded by: in bfloat16 that alone costs digits up to 0.04 bits/dim.
        h = F.relu(self.norm_out(total)).to(x.dtype)
        with torch.autocast(x.device.type, enabled=False):
            out = self.conv_out(h)
        # Channels first again: the halves that follow are read in one run each.
        return out.contiguous()
