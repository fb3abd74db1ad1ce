"""Numbers of a trace: single variables, and log-dets that add up as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log

import torch

from realnvp.coupling import FlowBatchNorm
from realnvp.explore.rounding import rounded_parts
from realnvp.explore.steps import State, Step

UNITS = {"nats": 1.0, "bits": log(2)}


@dataclass(frozen=True)
class Variable:
    """One variable of a pixel in one step.

        forward   after = before factor + shift        factor = exp(log_scale)
        inverse   after = (before - shift) factor      factor = exp(-log_scale)

    holds of a coupling to the last bit, in the model's own arithmetic.

    Args:
        channel: of the picture.
        fate: "changed", "kept", "moved", or "factored out", by this step or by one before.
        before, after: its value.
        log_scale, factor, shift: of couplings that change it; batch norm and logit have no shift.
        mean: of batch norm: after = (before - mean) factor, or before factor + mean in the inverse.
        moved: where it is in the tensor before and after, (channel, row, column); None where it is
            factored out.
    """

    channel: int
    fate: str
    before: float
    after: float
    log_scale: float | None = None
    factor: float | None = None
    shift: float | None = None
    mean: float | None = None
    moved: tuple[tuple[int, ...] | None, tuple[int, ...] | None] = (None, None)


def pixel(step: Step, row: int, column: int) -> list[Variable]:
    """The variables that live at a pixel of the picture, channel by channel."""
    channels, height, width = step.before.picture.shape
    places = [c * height * width + row * width + column for c in range(channels)]
    return [_variable(step, c, place) for c, place in enumerate(places)]


def _variable(step: Step, channel: int, place: int) -> Variable:
    before = float(step.before.picture.flatten()[place])
    after = float(step.after.picture.flatten()[place])
    moved = find(step.before, place), find(step.after, place)
    at = find(step.whole, place)
    if at is None:
        return Variable(channel, "factored out", before, after, moved=moved)
    if step.kept is not None and bool(step.kept[at]):
        return Variable(channel, "kept", before, after, moved=moved)
    if step.kind in ("split", "squeeze"):
        fate = "factored out" if step.kind == "split" else "moved"
        return Variable(channel, fate, before, after, moved=moved)
    numbers = {
        name: None if tensor is None else float(tensor[at])
        for name, tensor in (
            ("log_scale", step.log_scale),
            ("factor", step.factor),
            ("shift", step.shift),
        )
    }
    if isinstance(step.transform, FlowBatchNorm):
        numbers["mean"] = float(step.transform.running_stats()[0].flatten()[at[0]])
    return Variable(channel, "changed", before, after, moved=moved, **numbers)


def find(state: State, place: int) -> tuple[int, ...] | None:
    """Where in the active tensor, (channel, row, column), a variable is; None if factored out."""
    found = torch.nonzero(state.places == place)
    return tuple(found[0].tolist()) if len(found) else None


def pixel_at(state: State, channel: int, row: int, column: int) -> tuple[int, int]:
    """The pixel, (row, column), at which an entry of the active tensor lives."""
    height, width = state.picture.shape[1:]
    return divmod(int(state.places[channel, row, column]) % (height * width), width)


def log_dets(steps: Sequence[Step], unit: str) -> list[tuple[Decimal, Decimal]]:
    """The log-det of every step with the total so far, in one of `UNITS`.

    Rounded such that, at every step, those shown so far add up to the total that is shown; at both
    ends of either way that total is the nearest to the exact one.
    """
    shown: list[Decimal] = []
    for back in (False, True):
        parts = [step.log_det / UNITS[unit] for step in steps if step.back == back]
        shown += rounded_parts(parts, 1)[0]
    totals, total = [], Decimal(0)
    for value in shown:
        total += value
        totals.append((value, total))
    return totals
