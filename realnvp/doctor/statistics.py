"""Batch-norm statistics: are they those of the pictures that come through?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from realnvp.coupling import FlowBatchNorm
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest, Layer, layers_of
from realnvp.doctor.finding import Finding, listed
from realnvp.doctor.pictures import own_samples
from realnvp.flow import RealNVP
from realnvp.synthetic_pictures import Kind

BatchNorm = nn.BatchNorm2d | FlowBatchNorm

# (shift, stretch): what trained models reach is at most half of these, on their data and on their
# own samples. Statistics that belong to other weights are off by tens and by thousands.
DATA_LIMITS = (1.0, 4.0)
OWN_LIMITS = (1.5, 10.0)
IMAGES, OWN_IMAGES = 256, 64


@dataclass(frozen=True)
class Drift:
    """How far a batch is from the running statistics of one batch norm, at its worst channel.

    Args:
        layer: the transform that it is part of.
        part: which one of several in a coupling's network; "" for the flow's own.
        shift: |batch mean - running mean| in running standard deviations.
        stretch: ratio of the variances, the larger over the smaller.
    """

    layer: str
    part: str
    shift: float
    stretch: float


def check_variances(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """Every running variance has to be finite, and positive where it scales the flow itself.

    Inside a conditioner a map may have died, and is the same number on every picture: eps serves.
    """
    bad = []
    for layer in layers_of(tested.flow, tested.kinds[0].part(1)):
        for part, norm in _norms(layer.transform):
            mean, var = _running(norm)
            enough = var > 0 if isinstance(norm, FlowBatchNorm) else var >= 0
            if not bool((enough & torch.isfinite(var) & torch.isfinite(mean)).all()):
                bad.append(f"{layer.name} {part}".rstrip())
    check = "running variances sound, finite"
    yield Finding(check, not bad, len(bad), 0, "layers wrong", listed(bad))


def check_statistics(tested: CheckpointUnderTest, data: Kind | None) -> Iterator[Finding]:
    """Mean and variance of a batch against the running ones, in every batch norm.

    On data the first layer that is off is at fault: those after it only see its output. The
    model's own samples are a weaker check, and they come from the other end: the last layer that
    is off, or the one after it, is at fault.
    """
    kind = data or own_samples(tested.flow, OWN_IMAGES, 1.0)
    max_shift, max_stretch = DATA_LIMITS if data else OWN_LIMITS
    found = list(drifts(tested.flow, kind))
    shifts = [(drift, drift.shift) for drift in found]
    stretches = [(drift, drift.stretch) for drift in found]
    from_data, where = data is not None, f"on {kind.name}"
    yield _farthest("mean of a batch", shifts, max_shift, "deviations off", from_data, where)
    yield _farthest("variance of a batch", stretches, max_stretch, "times", from_data, where)


def _farthest(
    check: str,
    values: list[tuple[Drift, float]],
    limit: float,
    unit: str,
    from_data: bool,
    where: str,
) -> Finding:
    """The layer at fault; without one, that of the largest value."""
    off = [(drift, value) for drift, value in values if not value <= limit]
    if off:
        layer = off[0 if from_data else -1][0].layer
        drift, value = next(pair for pair in off if pair[0].layer == layer)
    else:
        drift, value = max(values, key=lambda pair: pair[1])
    name = f"{drift.layer} {drift.part}".rstrip()
    return Finding(check, not off, value, limit, unit, f"{name}, {where}")


@torch.inference_mode()
def drifts(flow: RealNVP, kind: Kind) -> Iterator[Drift]:
    """Every batch norm of the flow and of its networks, in the order the pictures meet them."""
    for layer in layers_of(flow, kind):
        norms = _norms(layer.transform)
        inputs = _inputs(layer, [norm for _, norm in norms])
        for (part, norm), x in zip(norms, inputs, strict=True):
            yield Drift(layer.name, part, *_drift(norm, x))


def _norms(transform: nn.Module) -> list[tuple[str, BatchNorm]]:
    return [(name, m) for name, m in transform.named_modules() if isinstance(m, BatchNorm)]


def _inputs(layer: Layer, norms: list[BatchNorm]) -> list[Tensor]:
    """What reaches each of these parts of the layer."""
    seen: dict[nn.Module, Tensor] = {}

    def keep(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        seen[norm] = inputs[0]

    hooks = [norm.register_forward_pre_hook(keep) for norm in norms]
    try:
        layer.transform(layer.x, layer.labels)
    finally:
        for hook in hooks:
            hook.remove()
    return [seen[norm] for norm in norms]


def _running(norm: BatchNorm) -> tuple[Tensor, Tensor]:
    """Running mean and variance, (C,) each."""
    return cast(Tensor, norm.running_mean).flatten(), cast(Tensor, norm.running_var).flatten()


def _drift(norm: BatchNorm, x: Tensor) -> tuple[float, float]:
    """Shift and stretch, over the channels that have statistics."""
    weight = torch.ones_like(x)
    if isinstance(norm, FlowBatchNorm):
        weight = weight * norm.measured(x)
    count = weight.sum(dim=(0, 2, 3))
    seen = count > 0  # a channel mask's kept channels have none
    mean = (x * weight).sum(dim=(0, 2, 3)) / count
    square = ((x - mean[:, None, None]).square() * weight).sum(dim=(0, 2, 3))
    running_mean, running_var = _running(norm)
    var, running = square / count + norm.eps, running_var + norm.eps
    if not seen.any():  # of a level that is a single pixel, a checkerboard changes all or nothing
        return 0.0, 1.0
    shift = (mean - running_mean).abs() / running.sqrt()
    stretch = torch.maximum(var / running, running / var)
    return float(shift[seen].max()), float(stretch[seen].max())
