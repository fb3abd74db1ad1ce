"""Samples that follow the temperature while its slider is held."""

import weakref
from collections.abc import Sequence
from functools import partial

from torch import Tensor

from explorer.ui.controls import label_in_words
from explorer.ui.level_temperatures import level_keys
from explorer.ui.scenes import Grid, digest, token_of
from explorer.ui.tiles import Live
from explorer.views.sample import Drawn, Sample
from explorer.views.settings import MAX_TEMPERATURE
from explorer.views.view import drawn
from realnvp import RealNVP
from realnvp.explore.cache import cached


def follow_temperature(flow: RealNVP, view: Sample, alt: str) -> Live:
    """What makes the grid of a view follow the sliders of `level_temperatures`.

    Args:
        alt: of a picture on the way; "{}" becomes the temperatures.
    """
    linked = isinstance(view.temperature, float)
    values = list(view.temperature) if isinstance(view.temperature, tuple) else [view.temperature]
    ranges = [(0.0, MAX_TEMPERATURE)] * len(values)
    grid = Grid(weakref.ref(flow), partial(pictures_at, view), ranges, view.columns)
    rest = view.model_dump_json(exclude={"temperature"})
    keys = ["temperature"] if linked else level_keys(flow)
    return Live(token_of(grid, digest([rest, linked]), "samples"), keys, values, alt)


def pictures_at(view: Sample, flow: RealNVP, temperatures: Sequence[float]) -> Tensor:
    """The view's pictures, uint8 (n, C, H, W), while a temperature is on the move.

    Args:
        temperatures: one for all levels, or one for each, finest first.
    """
    one = temperatures[0] if len(temperatures) == 1 else tuple(temperatures)
    moved: Drawn = cached(drawn, flow, view.model_copy(update={"temperature": one})).value
    return moved.samples.images


def words_of_samples(view: Sample) -> str:
    """What the grid shows; "{}" stands for the temperatures."""
    larger = f", {view.times} times the trained size" if view.times > 1 else ""
    label = label_in_words(view.label)
    words = f"{view.pictures} samples at temperature {{}}, seed {view.seed}, {view.order}"
    return words + larger + (f", {label}" if label else "")
