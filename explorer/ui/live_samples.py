"""Samples that follow the temperature while its slider is held."""

import weakref
from collections.abc import Sequence
from functools import partial

import torch
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

FEW = 16  # pictures that follow where all would take too long
MOST = 400_000  # values that are drawn at once: 64 pictures of 32 × 32 are half of that


def follow_temperature(flow: RealNVP, view: Sample, alt: str) -> Live:
    """What makes the grid of a view follow the sliders of `level_temperatures`.

    Args:
        alt: of a picture on the way; "{}" becomes the temperatures.
    """
    few = takes_long(view, flow)
    if few:
        alt = alt.replace(f"{view.pictures} samples", f"{FEW} of {view.pictures} samples", 1)
    linked = isinstance(view.temperature, float)
    values = list(view.temperature) if isinstance(view.temperature, tuple) else [view.temperature]
    ranges = [(0.0, MAX_TEMPERATURE)] * len(values)
    grid = Grid(weakref.ref(flow), partial(pictures_at, view), ranges, view.columns)
    # Of a few that move the others stay as the page has them, at its own temperatures.
    rest = view.model_dump_json(exclude=None if few else {"temperature"})
    keys = ["temperature"] if linked else level_keys(flow)
    return Live(token_of(grid, digest([rest, linked]), "samples"), keys, values, alt)


def pictures_at(view: Sample, flow: RealNVP, temperatures: Sequence[float]) -> Tensor:
    """The view's pictures, uint8 (n, C, H, W), while a temperature is on the move.

    Where all of them would take too long to move at all, the first ones follow; the others are as
    the page has drawn them, and faded.

    Args:
        temperatures: one for all levels, or one for each, finest first.
    """
    one = temperatures[0] if len(temperatures) == 1 else tuple(temperatures)
    few = takes_long(view, flow)
    changes = {"temperature": one} | ({"pictures": FEW} if few else {})
    moved: Drawn = cached(drawn, flow, view.model_copy(update=changes)).value
    if not few:
        return moved.samples.images
    before: Drawn = cached(drawn, flow, view).value
    return torch.cat([moved.samples.images, before.samples.images[FEW:] // 3 + 96])


def takes_long(view: Sample, flow: RealNVP) -> bool:
    """Whether only the first pictures follow, which are those that `FEW` alone would be."""
    values = view.pictures * view.times**2 * flow.dim
    return view.pictures > FEW and view.order == "as drawn" and values > MOST


def words_of_samples(view: Sample) -> str:
    """What the grid shows; "{}" stands for the temperatures."""
    larger = f", {view.times} times the trained size" if view.times > 1 else ""
    label = label_in_words(view.label)
    words = f"{view.pictures} samples at temperature {{}}, seed {view.seed}, {view.order}"
    return words + larger + (f", {label}" if label else "")
