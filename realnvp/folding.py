"""A trained conditioner with everything that linear algebra can merge, merged."""

import copy
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from realnvp.nets import Conditioner, ResidualBlock, WeightNormConv2d

Cells = Sequence[tuple[int, int]]
Folded = tuple[Tensor, Tensor]  # kernel (out, in, k, k) and bias (out,), float64


class Convolution(nn.Module):
    """The plain one of a kernel and a bias; zero padding keeps H and W.

    `nn.Conv2d` would draw weights first, to throw them away.
    """

    def __init__(self, kernel: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(kernel), nn.Parameter(bias)
        self.padding = kernel.shape[-1] // 2

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, self.bias, padding=self.padding)


class FoldedConditioner(nn.Module):
    """What a trained `Conditioner` computes, in fewer steps; same arguments, same result.

    Weight norms become plain kernels. A batch norm in evaluation mode is a scale and a shift per
    map, so

        after a convolution   scale (K * x + b) + shift = (scale K) * x + (scale b + shift)
        at the input          relu(+-scale (x - mean)) = scale relu(+-(x - mean)), scale > 0;
                              where it has a gain, which may be negative, and an offset, it stays
        before the output     the sum of the skips takes scale and shift in its summands

    and only the one before each residual block, whose input is needed as it is too, stays. The
    last block's sum is read by its skip alone, which is linear: with T its kernel,

        T_R (h + K_R r) = T_R h + (T_R K_R) r

    so T_R joins the skip before it, and T_R K_R is one 3x3 kernel. Folded in float64, rounded once,
    on the CPU, for Apple's GPUs know no float64; there it stays until it is moved.

    Args:
        net: the trained one. It is read, and shares nothing with this.
        cells: the output is wanted at these (row, column) of every 2x2 cell alone; None is all of
            it. The last 3x3 convolution and what follows it are not computed elsewhere.
    """

    mean: Tensor
    gain: Tensor | None
    offset: Tensor | None

    def __init__(self, net: Conditioner, cells: Cells | None = None) -> None:
        super().__init__()
        self.cells = cells
        dtype = net.norm_out.weight.dtype
        scale, shift = _affine(net.norm_in)
        kernel, bias = _kernel(net.conv_in)
        rest = kernel.shape[1] - 2 * len(scale)  # the mask plane passes no norm
        stays = net.norm_in.affine
        if not stays:
            kernel = kernel * torch.cat([scale, scale, scale.new_ones(rest)])[:, None, None]
        mean = _exact(net.norm_in.running_mean).to(dtype, copy=True)
        self.register_buffer("mean", mean[:, None, None])
        for name, value in (("gain", scale), ("offset", shift)):
            self.register_buffer(name, value.to(dtype)[:, None, None] if stays else None)
        self.conv_in = _conv(kernel, bias, dtype)
        self.from_labels = copy.deepcopy(net.from_labels)
        self.conv_out = _conv(*_kernel(net.conv_out), dtype)

        skips, ends = _merged_skips(net)
        blocks = [
            FoldedBlock(cast(ResidualBlock, block), _conv(*end, dtype))
            for block, end in zip(net.blocks, ends, strict=True)
        ]
        self.skip = _conv(*skips[0], dtype)
        self.skips = nn.ModuleList(_conv(*skip, dtype) for skip in skips[1:])
        self.last: FoldedBlock | None = blocks.pop() if blocks else None
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor, plane: Tensor | None, labels: Tensor | None = None) -> Tensor:
        """(B, 2 out, H, W), or for n cells (n B, 2 out, H/2, W/2), one cell after the other.

        An odd side is rounded up; what lies beyond it has no meaning.
        """
        if self.gain is None or self.offset is None:
            h = x - self.mean
        else:
            h = torch.addcmul(self.offset, x, self.gain)
        parts = [h, -h] if plane is None else [h, -h, plane]
        h = F.relu_(torch.cat(parts, dim=1))
        h = h.to(self.conv_in.weight.dtype, memory_format=torch.channels_last)
        h = self.conv_in(h)
        if self.from_labels is not None:
            h += self.from_labels(cast(Tensor, labels).to(h.dtype))[:, :, None, None]
        total = self.skip(_at(self.cells, h))
        blocks = cast(list[FoldedBlock], self.blocks)
        for block, skip in zip(blocks, self.skips, strict=True):
            h = block.conv_out(block(h)).add_(h)
            total += skip(_at(self.cells, h))
        if (last := self.last) is not None:
            _add_conv(total, self.cells, last.conv_out, last(h))
        return self.conv_out(F.relu_(total).to(x.dtype)).contiguous()

    def half_precision(self) -> None:
        """Run everything from the first convolution to the one before the last in bfloat16."""
        for part in self.children():
            if part is not self.conv_out:
                part.to(torch.bfloat16)


class FoldedBlock(nn.Module):
    """A residual block up to its last convolution: relu(conv3(relu(scale h + shift)))."""

    scale: Tensor
    shift: Tensor

    def __init__(self, block: ResidualBlock, conv_out: Convolution) -> None:
        super().__init__()
        dtype = block.norm_in.weight.dtype
        scale, shift = _affine(block.norm_in)
        self.register_buffer("scale", scale[:, None, None].to(dtype))
        self.register_buffer("shift", shift[:, None, None].to(dtype))
        scale, shift = _affine(block.norm_out)
        kernel, bias = _scaled(*_kernel(block.conv_in), scale)
        self.conv_in = _conv(kernel, bias + shift, dtype)
        self.conv_out = conv_out

    def forward(self, h: Tensor) -> Tensor:
        r = F.relu_(torch.addcmul(self.shift, h, self.scale))
        return F.relu_(self.conv_in(r))


def _at(cells: Cells | None, h: Tensor) -> Tensor:
    """h at these pixels of every 2x2 cell, (n B, C, H/2, W/2); h itself without cells."""
    if cells is None:
        return h
    height, width = h.shape[2:]
    if height % 2 or width % 2:
        h = F.pad(h, (0, width % 2, 0, height % 2))
    return torch.cat([h[:, :, row::2, column::2] for row, column in cells])


def _add_conv(total: Tensor, cells: Cells | None, conv: Convolution, r: Tensor) -> None:
    """Add what `_at` would take of a 3x3 convolution; by strides of 2, the rest is never made."""
    if cells is None:
        total += conv(r)
        return
    batch, _, height, width = r.shape
    for i, (row, column) in enumerate(cells):
        # A stride starts at the first pixel or, with padding, one before it: that is its phase.
        right, below = column + width % 2, row + height % 2
        padded = F.pad(r, (0, right, 0, below)) if right or below else r
        padding = (1 - row, 1 - column)
        part = F.conv2d(padded, conv.weight, conv.bias, stride=2, padding=padding)
        total[i * batch : (i + 1) * batch] += part


def _merged_skips(net: Conditioner) -> tuple[list[Folded], list[Folded]]:
    """The skips with `norm_out` in them, and the blocks' last convolutions, as kernel and bias.

    There is one skip less than in the net, unless it has no blocks: the last two are one.
    """
    scale, shift = _affine(net.norm_out)
    skips = [_scaled(*_kernel(cast(WeightNormConv2d, skip)), scale) for skip in net.skips]
    skips[0] = skips[0][0], skips[0][1] + shift
    ends = [_kernel(cast(ResidualBlock, block).conv_out) for block in net.blocks]
    if ends:
        last, last_bias = skips.pop()
        skips[-1] = skips[-1][0] + last, skips[-1][1] + last_bias
        kernel, bias = ends[-1]
        mix = last.flatten(1)
        ends[-1] = torch.einsum("oi,ijhw->ojhw", mix, kernel), mix @ bias
    return skips, ends


def _affine(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """An evaluating batch norm as scale and shift, (C,) each, float64."""
    mean, var = _exact(norm.running_mean), _exact(norm.running_var)
    scale = (var + norm.eps).rsqrt()
    if norm.affine:
        scale = scale * _exact(norm.weight)
        return scale, _exact(norm.bias) - mean * scale
    return scale, -mean * scale


def _kernel(conv: WeightNormConv2d) -> Folded:
    """Its plain kernel and bias."""
    direction, gain = _exact(conv.direction), _exact(conv.gain)
    norm = direction.flatten(1).norm(dim=1).clamp_min(1e-12)
    bias = torch.zeros_like(gain) if conv.bias is None else _exact(conv.bias)
    return direction * (gain / norm)[:, None, None, None], bias


def _scaled(kernel: Tensor, bias: Tensor, scale: Tensor) -> Folded:
    """Kernel and bias of scale * conv(x)."""
    return kernel * scale[:, None, None, None], bias * scale


def _exact(value: Tensor | None) -> Tensor:
    """Float64, on the CPU."""
    return cast(Tensor, value).detach().cpu().double()


def _conv(kernel: Tensor, bias: Tensor, dtype: torch.dtype) -> Convolution:
    kernel = kernel.to(dtype).contiguous(memory_format=torch.channels_last)
    return Convolution(kernel, bias.to(dtype, copy=True))
