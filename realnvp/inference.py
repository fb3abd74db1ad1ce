"""A trained flow in the form that answers fastest."""

import copy
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.flow import RealNVP
from realnvp.folding import FoldedConditioner
from realnvp.masks import CheckerboardMask
from realnvp.nets import Conditioner

FASTER = 0.9  # bfloat16 is used if it takes less than this share of the time of float32
SIZES = 16  # picture sizes whose constants a batch norm remembers


def fold(flow: RealNVP, *, fast: bool = False) -> RealNVP:
    """A copy of a trained flow for encoding, decoding and densities; the original stays.

    It is used like the original and gives the same numbers up to rounding, on the original's
    device and in its dtype. It can be moved, but neither trained nor saved as a checkpoint. A flow
    of another kind has nothing to fold, and is given back as it is.

    Args:
        fast: run the conditioners in bfloat16 where that is faster on this device, which is
            measured; elsewhere nothing changes. Scales, shifts and log-dets stay as they are, but
            pictures move by a level here and there: for live views, not for exact latents.
    """
    if not flow.has_couplings:
        return flow
    # Conditioners are read, not copied: what they are folded into is new.
    nets = {id(net): net for net in flow.modules() if isinstance(net, Conditioner)}
    folded = copy.deepcopy(flow, nets)
    for chain in folded.multiscale.levels:
        steps = cast(nn.ModuleList, chain.transforms)
        for i, step in enumerate(steps):
            if isinstance(step, AffineCoupling):
                steps[i] = FoldedCoupling(step)
            elif isinstance(step, FlowBatchNorm):
                steps[i] = FoldedBatchNorm(step)
    folded.eval().requires_grad_(False).to(flow.device)
    if fast and half_is_faster(folded):
        return in_half(folded)
    return folded


def in_half(folded: RealNVP) -> RealNVP:
    """A copy of a folded flow with its conditioners in bfloat16, whether that is faster or not."""
    half = copy.deepcopy(folded)
    for module in half.modules():
        if isinstance(module, FoldedConditioner):
            module.half_precision()
    return half


@torch.inference_mode()
def half_is_faster(folded: RealNVP) -> bool:
    """Time the first coupling of a folded flow on four pictures, in both precisions by turns.

    Processors without bfloat16 instructions emulate it, and are several times slower for it.
    """
    exact = next(m for m in folded.modules() if isinstance(m, AffineCoupling))
    half = copy.deepcopy(exact)
    cast(FoldedConditioner, half.net).half_precision()
    config = folded.config
    x = torch.zeros(
        4, config.channels, *config.image_size, device=folded.device, dtype=folded.dtype
    )
    labels = x.new_zeros(4, config.num_labels) if config.num_labels else None
    times: dict[AffineCoupling, list[float]] = {exact: [], half: []}
    for _ in range(7):
        for coupling, taken in times.items():
            started = time.perf_counter()
            # Reading a value waits for the device.
            coupling.inverse(x, labels).sum().item()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[half]) < FASTER * statistics.median(times[exact])


class FoldedCoupling(AffineCoupling):
    """`AffineCoupling` that computes scale and shift where they are wanted, and nowhere else.

    Its `amounts` are of the changed parts alone, one part after the other along the batch.
    """

    def __init__(self, coupling: AffineCoupling) -> None:
        mask = coupling.mask
        cells = mask.changed_cells if isinstance(mask, CheckerboardMask) else None
        net = FoldedConditioner(cast(Conditioner, coupling.net), cells)
        super().__init__(mask, net, len(coupling.max_log_scale), shift_first=coupling.shift_first)
        self.max_log_scale = coupling.max_log_scale
        self.log_scale_offset = coupling.log_scale_offset

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, log_det = x.clone(), x.new_zeros(len(x))
        log_scale, shift = self.amounts(y, labels)
        parts = self.mask.changed_parts(y)
        for part, s, factor, t in _matched(parts, log_scale, log_scale.exp(), shift):
            part.mul_(factor).add_(t)
            log_det = log_det + s.flatten(1).sum(1)
        return y, log_det

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        x = y.clone()
        log_scale, shift = self.amounts(x, labels)
        parts = self.mask.changed_parts(x)
        for part, factor, t in _matched(parts, torch.exp(-log_scale), shift):
            part.sub_(t).mul_(factor)
        return x

    def scale_and_shift(self, x: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        placed = []
        for amount in self.amounts(x, labels):
            whole = torch.zeros_like(x)
            for part, value in _matched(self.mask.changed_parts(whole), amount):
                part.copy_(value)
            placed.append(whole)
        return placed[0], placed[1]


def _matched(parts: list[Tensor], *amounts: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Every part with what belongs to it; amounts may reach beyond the edge of odd sizes."""
    pieces = [amount.chunk(len(parts)) for amount in amounts]
    for part, *own in zip(parts, *pieces, strict=True):
        height, width = part.shape[2:]
        if own[0].shape != part.shape:
            own = [piece[:, :, :height, :width] for piece in own]
        yield (part, *own)


class Affine(NamedTuple):
    """Scale and shift of every variable, (C, H, W) each, the scale's log-det, and both back."""

    scale: Tensor
    shift: Tensor
    log_det: Tensor
    inverse_scale: Tensor
    inverse_shift: Tensor


class FoldedBatchNorm(FlowBatchNorm):
    """`FlowBatchNorm` with running statistics always, as one multiply-add.

        forward   y = scale x + shift
        log_det   sum of log scale
        inverse   x = y / scale - shift / scale

    with scale 1 and shift 0 where the mask keeps x.
    """

    def __init__(self, norm: FlowBatchNorm) -> None:
        super().__init__(norm.mask, len(norm.running_mean), eps=norm.eps)
        for name, value in norm.named_buffers():
            self.register_buffer(name, value)
        self._known: dict[tuple[object, ...], Affine] = {}

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        affine = self.affine(x)
        return torch.addcmul(affine.shift, x, affine.scale), affine.log_det.expand(len(x))

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        affine = self.affine(y)
        return torch.addcmul(affine.inverse_shift, y, affine.inverse_scale)

    def affine(self, x: Tensor) -> Affine:
        """Its constants for pictures like x."""
        key = (x.shape[1:], x.dtype, x.device)
        if key not in self._known:
            if len(self._known) == SIZES:
                self._known.clear()
            with torch.inference_mode(False):
                self._known[key] = self._computed(x)
        return self._known[key]

    def _computed(self, x: Tensor) -> Affine:
        # On the CPU, for Apple's GPUs know no float64.
        changed = ~self.mask.kept(x).cpu()
        mean, var = (stat.cpu().double() for stat in self.running_stats())
        deviation = torch.where(changed, (var + self.eps).sqrt(), 1.0).expand(x.shape[1:])
        mean = torch.where(changed, mean, 0.0).expand(x.shape[1:])
        log_det = -deviation.log().sum()
        parts = (1 / deviation, -mean / deviation, log_det, deviation, mean)
        return Affine(*(part.to(x.dtype).contiguous().to(x.device) for part in parts))
