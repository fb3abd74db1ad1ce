"""Samples that follow the temperature while its slider is held."""

import weakref
from collections.abc import Sequence
from functools import partial

from torch import Tensor

from explorer.recipes.fields import MAX_TEMPERATURE
from explorer.ui.equaliser import fader_keys
from explorer.ui.scenes import Grid, digest, token_of
from explorer.ui.tiles import Live
from realnvp import RealNVP
from realnvp.explore.samples import pictures_at


def follow_temperature(
    flow: RealNVP,
    temperature: float | Sequence[float],
    n: int,
    seed: int,
    labels: Tensor | None,
    *,
    columns: int,
    alt: str,
    **settings: str | int | bool,
) -> Live:
    """What makes a grid of samples follow the sliders of `equaliser`.

    Args:
        temperature: what the sliders stand at, as `equaliser` gives it.
        n, seed, labels, settings: of `draw_samples`.
        columns: of the grid.
        alt: of a picture on the way; "{}" becomes the temperatures.
    """
    linked = isinstance(temperature, float)
    values = [temperature] if isinstance(temperature, float) else list(temperature)
    draw = partial(pictures_at, n=n, seed=seed, labels=labels, **settings)
    grid = Grid(weakref.ref(flow), draw, [(0.0, MAX_TEMPERATURE)] * len(values), columns)
    made_of = digest([n, seed, labels, *settings.values(), linked])
    keys = ["temperature"] if linked else fader_keys(flow)
    return Live(token_of(grid, made_of, "samples"), keys, values, alt)
