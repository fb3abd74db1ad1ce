"""The multi-scale architecture of section 3.6: levels that factor out half of their variables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from realnvp.config import ModelConfig
from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.latents import level_shapes, pack, unpack
from realnvp.masks import ChannelMask, CheckerboardMask, Mask
from realnvp.nets import Conditioner
from realnvp.transforms import Chain, OrderedSqueeze, Squeeze, Transform, Unsqueeze


class MultiScale(Transform):
    """Levels one after the other; each but the last lays half of its output down as latents.

        forward   h_0 = x,  (h_i, z_i) = halves of level_i(h_{i-1}),  z_L = level_L(h_{L-1})
        log_det   sum over the levels
        inverse   from z_L upwards, joining z_i back before level_i is undone

    forward gives the flat latent (B, D), finest level first; inverse takes it with the size of
    the picture it belongs to, which may be larger than the trained one.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.channels, self.num_levels = config.channels, config.num_levels
        self.image_size = config.image_size
        self.levels = cast(list[Chain], nn.ModuleList(_levels(config)))

    def shapes(self, size: tuple[int, int] | None = None) -> list[tuple[int, int, int]]:
        """Latent shapes, finest first, for pictures of `size` (the trained size if None)."""
        return level_shapes(self.channels, size or self.image_size, self.num_levels)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        latents, total = [], x.new_zeros(len(x))
        for i, level in enumerate(self.levels):
            x, log_det = level(x, labels)
            total = total + log_det
            if i < self.num_levels - 1:
                x, latent = x.chunk(2, dim=1)
                latents.append(latent)
        return pack([*latents, x]), total

    def inverse(
        self, y: Tensor, labels: Tensor | None = None, size: tuple[int, int] | None = None
    ) -> Tensor:
        *latents, x = unpack(y, self.shapes(size))
        for i in reversed(range(self.num_levels)):
            if i < self.num_levels - 1:
                x = torch.cat([x, latents[i]], dim=1)
            x = self.levels[i].inverse(x, labels)
        return x

    def trace(self, x: Tensor, labels: Tensor | None = None) -> Iterator["Step"]:
        """`forward` one transform at a time; what each split factors out is not yielded."""
        for i, level in enumerate(self.levels):
            for name, transform in _named(i, level):
                x, log_det = transform(x, labels)
                yield Step(name, i, transform, x, log_det)
            if i < self.num_levels - 1:
                x = x.chunk(2, dim=1)[0]

    def trace_inverse(
        self, y: Tensor, labels: Tensor | None = None, size: tuple[int, int] | None = None
    ) -> Iterator["Step"]:
        """`inverse` one transform at a time, coarsest level first."""
        *latents, x = unpack(y, self.shapes(size))
        for i in reversed(range(self.num_levels)):
            if i < self.num_levels - 1:
                x = torch.cat([x, latents[i]], dim=1)
            for name, transform in reversed(list(_named(i, self.levels[i]))):
                x = transform.inverse(x, labels)
                yield Step(name, i, transform, x)


@dataclass(frozen=True)
class Step:
    """What one transform made of a batch.

    Args:
        name: for people, such as "level 1, coupling 2 (checkerboard, keeps odd pixels)".
        level: 0 is the finest.
        transform: the transform itself.
        output: what came out, (B, C, H, W).
        log_det: (B,), nats; None on the way back.
    """

    name: str
    level: int
    transform: Transform
    output: Tensor
    log_det: Tensor | None = None


def _named(level: int, chain: Chain) -> Iterator[tuple[str, Transform]]:
    count = 0
    for transform in chain.transforms:
        count += isinstance(transform, AffineCoupling)
        yield _name(level, count, transform), transform


def _name(level: int, count: int, transform: Transform) -> str:
    prefix = f"level {level + 1}"
    if isinstance(transform, AffineCoupling):
        return f"{prefix}, coupling {count} ({transform.mask})"
    if isinstance(transform, FlowBatchNorm):
        return f"{prefix}, batch norm {count}"
    words = re.sub(r"(?<!^)([A-Z])", r" \1", type(transform).__name__).lower()
    return f"{prefix}, {words}"  # "ordered squeeze", of OrderedSqueeze


def _levels(config: ModelConfig) -> Iterator[Chain]:
    """6 couplings a level, 4 in the last: 6 (n - 1) + 4 in all."""
    variant, channels = config.variant, config.channels
    sides = (False, True) if variant.swap_masks else (True, False)
    even, odd = (CheckerboardMask(keep_even=e, drawn=variant.mask_plane) for e in sides)
    first, second = (ChannelMask(keep_first=f) for f in sides)
    for level in range(config.num_levels - 1):
        width = config.width_at(level)
        steps = _couplings(config, [even, odd, even], channels, width)
        steps += [Squeeze()]
        width = config.width_at(level + 1)
        steps += _couplings(config, [first, second, first], 4 * channels, width)
        # Back to pixels and down again in the order that keeps the diagonal ones.
        yield Chain([*steps, Unsqueeze(), OrderedSqueeze()])
        channels *= 2
    width = config.width_at(config.num_levels - 1)
    yield Chain(_couplings(config, [even, odd, even, odd], channels, width))


def _couplings(
    config: ModelConfig, masks: Sequence[Mask], channels: int, width: int
) -> list[Transform]:
    """A coupling for every mask, and its batch norm."""
    variant = config.variant
    steps: list[Transform] = []
    for mask in masks:
        changed = mask.changed_channels(channels)
        net = Conditioner(
            mask.visible_channels(channels),
            changed,
            width,
            num_blocks=config.num_blocks,
            mask_plane=isinstance(mask, CheckerboardMask) and mask.drawn,
            num_labels=config.num_labels,
            input_gain=variant.input_gain,
        )
        coupling = AffineCoupling(
            mask,
            net,
            changed,
            shift_first=variant.shift_first,
            log_scale_offset=variant.log_scale_offset,
        )
        steps.append(coupling)
        if variant.batch_norm:
            eps, measures_all = variant.batch_norm_eps, variant.batch_norm_all
            steps.append(FlowBatchNorm(mask, channels, eps=eps, measures_all=measures_all))
    return steps
