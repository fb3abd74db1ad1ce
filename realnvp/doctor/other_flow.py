"""Checks of a flow that is not taken apart: what `Flow` promises, and its log p by autograd."""

import copy
import math
from collections.abc import Iterator

import torch
from torch import Tensor

from realnvp.doctor.finding import Finding
from realnvp.doctor.pictures import own_samples
from realnvp.evaluation import MAX_BITS_ERROR
from realnvp.flow import RealNVP, dequantize
from realnvp.synthetic_pictures import Kind, out_of_distribution_pictures
from realnvp.transforms import NonFiniteError

MAX_JACOBIAN = 4096  # numbers of a picture whose Jacobian, D x D, is computed
ROWS = 64  # of it at a time
ALONE = 1e-3  # of a latent, in its own length: what a batch may change by rounding


def findings_of_flow(flow: RealNVP) -> Iterator[Finding]:
    """Samples, the round trip, batches, log p against the Jacobian, and the gradient of decode.

    Raises:
        FlowError: if its code fails.
    """
    kinds = out_of_distribution_pictures(flow.config)
    try:
        kinds.append(own_samples(flow, 8, 1.0))
        yield Finding("draws samples", True)
        yield from _check_round_trips(flow, kinds)
        yield _check_alone(flow, kinds[-1])
        yield _check_log_prob(flow, kinds[-1])
    except NonFiniteError as error:
        yield Finding("all values are finite", False, "not finite", where=str(error))
        return
    yield _check_gradient(flow)


def _check_round_trips(flow: RealNVP, kinds: list[Kind]) -> Iterator[Finding]:
    """Bytes of pictures of every kind, which come back or do not."""
    wrong, where = 0, []
    for kind in kinds:
        count = int((flow.decode(flow.encode(kind.images)) != kind.images).sum())
        wrong += count
        where += [kind.name] if count else []
    yield Finding("bytes after a round trip", not wrong, wrong, 0, "differ", ", ".join(where))


def _check_alone(flow: RealNVP, kind: Kind) -> Finding:
    """A latent is the picture's alone: no statistics of a batch, no start from the first one."""
    together, alone = flow.encode(kind.images), flow.encode(kind.images[:1])
    change = float((together[:1] - alone).norm() / alone.norm())
    return Finding("latent, alone and in a batch", change < ALONE, change, ALONE)


def _check_log_prob(flow: RealNVP, kind: Kind) -> Finding:
    """log p(x) against log N(f(x); 0, I) + log |det J|, with J by autograd, at one picture."""
    check, unit = "log p against the Jacobian", "bits/dim"
    if flow.dim > MAX_JACOBIAN:
        return Finding(check, None, where=f"D = {flow.dim:,} is more than {MAX_JACOBIAN:,}")
    finest = _in_float64(flow)
    x = dequantize(kind.images[:1], None).to(finest.device, finest.dtype)
    with torch.enable_grad():
        try:
            jacobian = _jacobian(finest, x)
        except RuntimeError as error:
            return Finding(check, None, where=f"encode has no gradient: {error}"[:200])
    with torch.no_grad():
        _, said = finest(x)
    nats = float(said - torch.linalg.slogdet(jacobian.double())[1])
    bits = nats / (flow.dim * math.log(2))
    hint = ""
    if abs(abs(bits) - 8) < 0.01:
        hint = "8 bits: log p is of x / 256 then, not of x; it lacks − D ln 256"
    return Finding(check, abs(bits) < MAX_BITS_ERROR, abs(bits), MAX_BITS_ERROR, unit, hint)


def _in_float64(flow: RealNVP) -> RealNVP:
    """A copy in float64; the flow itself where its code knows one precision alone."""
    try:
        double = copy.deepcopy(flow).double()
        with torch.no_grad():
            double(dequantize(flow.decode(flow.draw(1)), None))
    except Exception:  # whatever somebody's code raises; in float32 it has answered
        return flow
    return double


def _jacobian(flow: RealNVP, x: Tensor) -> Tensor:
    """dz/dx at one point, (D, D): ROWS copies of it at a time, each for one number of z."""
    found = []
    for some in torch.arange(flow.dim).split(ROWS):
        copies = x.repeat(len(some), 1, 1, 1).requires_grad_()
        z, _ = flow(copies)
        (rows,) = torch.autograd.grad(z[torch.arange(len(some)), some].sum(), [copies])
        found.append(rows.flatten(1))
    return torch.cat(found)


def _check_gradient(flow: RealNVP) -> Finding:
    """Whether the page Repair can follow decode back to the latent."""
    z = flow.draw(1, 1.0, torch.Generator().manual_seed(0)).to(flow.device, flow.dtype)
    with torch.enable_grad():
        z.requires_grad_()
        try:
            (slope,) = torch.autograd.grad(flow.inverse(z).sum(), [z])
        except (ValueError, RuntimeError) as error:
            return Finding("decode has a gradient", False, where=str(error)[:200])
    moves = bool(torch.isfinite(slope).all()) and bool(slope.abs().max() > 0)
    return Finding("decode has a gradient", moves)
