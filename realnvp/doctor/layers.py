"""Every layer by itself: does its inverse undo it, is its log-det that of its Jacobian?"""

from collections.abc import Iterator

import torch
from torch import Tensor

from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest, Layer, layers_of
from realnvp.doctor.finding import Finding, listed

MAX_ERROR = 1e-3  # of a layer's input, relative, in float32
MAX_ERROR_FLOAT64 = 1e-9
MAX_LOG_DET_ERROR = 1e-8  # nats, relative to 1 + |log det|
MAX_VARIABLES = 128  # of the crop that the Jacobian is taken of


def check_inverses(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """inverse(forward(x)) against x, on what really reaches each layer.

    In float64 on the same numbers only a wrong formula is left over; in float32 a layer that
    stretches so much that its inverse loses digits shows as well.
    """
    single: dict[str, float] = {}
    double: dict[str, float] = {}
    for layer in layers_of(tested.flow, tested.mixed):
        single[layer.name] = _inverse_error(layer)
        double[layer.name] = _inverse_error(tested.in_float64(layer))
    yield _worst("inverse of each layer, float64", double, MAX_ERROR_FLOAT64, "relative")
    yield _worst("inverse of each layer, float32", single, MAX_ERROR, "relative")


def _inverse_error(layer: Layer) -> float:
    back = layer.transform.inverse(layer.y, layer.labels)
    return float(((back - layer.x).abs() / (1 + layer.x.abs())).max())


def check_log_dets(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """Each layer's log-det against the autograd Jacobian, in float64, on a crop of its input.

    The networks are convolutional, so a layer is as much itself on a crop as on a picture.
    """
    errors = {}
    for layer in layers_of(tested.double, tested.mixed):
        x = _crop(layer.x[:1])
        labels = None if layer.labels is None else layer.labels[:1]
        _, log_det = layer.transform(x, labels)
        true = log_det_of_jacobian(layer, x, labels)
        errors[layer.name] = abs(float(log_det) - true) / (1 + abs(true))
    yield _worst("log-det of each layer", errors, MAX_LOG_DET_ERROR, "nats, relative")


def _crop(x: Tensor) -> Tensor:
    """The upper left corner, of at most MAX_VARIABLES where 2 × 2 pixels are no more than that."""
    side = 8
    while side > 2 and x.shape[1] * side * side > MAX_VARIABLES:
        side //= 2
    return x[:, :, :side, :side].contiguous()


def log_det_of_jacobian(layer: Layer, x: Tensor, labels: Tensor | None) -> float:
    """log |det dy/dx| of one input, (1, C, H, W), in nats.

    One row of the Jacobian for each copy in a batch: in evaluation mode copies do not meet.
    """
    count = x.numel()
    with torch.enable_grad():
        copies = x.expand(count, -1, -1, -1).clone().requires_grad_()
        vectors = None if labels is None else labels.expand(count, -1)
        y, _ = layer.transform(copies, vectors)
        (jacobian,) = torch.autograd.grad(y.flatten(1).diagonal().sum(), copies)
    return float(torch.linalg.slogdet(jacobian.flatten(1)).logabsdet)


def _worst(check: str, errors: dict[str, float], limit: float, unit: str) -> Finding:
    """Where the error is largest; if some are too large, all of those, in the flow's order."""
    bad = [name for name, error in errors.items() if not error <= limit]
    worst = max(errors, key=lambda name: errors[name] if errors[name] == errors[name] else 1e300)
    return Finding(check, not bad, errors[worst], limit, unit, listed(bad) or worst)
