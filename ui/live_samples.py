"""Samples that follow the temperature while its slider is held."""

import weakref
from collections.abc import Sequence
from functools import partial

from torch import Tensor

from realnvp import RealNVP
from realnvp.explore.samples import pictures_at
from realnvp.recipes.fields import MAX_TEMPERATURE
from ui.equaliser import fader_names
from ui.scenes import Grid, token_of
from ui.tiles import Live


def follow_temperature(
    flow: RealNVP,
    temperature: float | Sequence[float],
    n: int,
    seed: int,
    labels: Tensor | None,
    *,
    times: int,
    columns: int,
    alt: str,
) -> Live:
    """What makes a grid of samples, in the order of drawing, follow the sliders of `equaliser`.

    Args:
        temperature: what the sliders stand at, as `equaliser` gives it.
        columns: of the grid.
        alt: of a picture on the way; "{}" becomes the temperatures.
    """
    linked = isinstance(temperature, float)
    values = [temperature] if isinstance(temperature, float) else list(temperature)
    draw = partial(pictures_at, n=n, seed=seed, labels=labels, times=times)
    grid = Grid(weakref.ref(flow), draw, [(0.0, MAX_TEMPERATURE)] * len(values), columns)
    told = None if labels is None else tuple(labels.flatten().tolist())
    token = token_of(grid, (n, seed, told, times, linked), "samples")
    return Live(token, ["Temperature"] if linked else fader_names(flow), values, alt)
