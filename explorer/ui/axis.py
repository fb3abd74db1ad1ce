"""A grid of two settings in words, and its cells as pins."""

from typing import cast

from explorer.tray.pins import Pin, short_name
from explorer.ui.level_temperatures import in_words
from explorer.views.axes import Axes
from explorer.views.latents import FromSeed, json_of
from explorer.views.recipe import Recipe
from realnvp import RealNVP
from realnvp.explore.axes import SEED, Axis
from realnvp.explore.cells import Cells, settings_of_cell


def span(axis: Axis) -> str:
    """ "seed 0 to 5", or "temperature 0.00 to 1.00"."""
    return f"{axis.setting} {_short(axis, 0)} to {_short(axis, -1)}"


def edge_labels(rows: Axis, columns: Axis) -> list[str]:
    """Labels for the tiles of the grid: values along the top and down the left side."""
    top = [_short(columns, index) for index in range(len(columns.values))]
    left = [_short(rows, index) for index in range(len(rows.values))]
    labels = [*top, *([""] * (len(top) * (len(left) - 1)))]
    for index, text in enumerate(left[1:], start=1):
        labels[index * len(top)] = text
    labels[0] = f"{left[0]} | {top[0]}"
    return labels


def cell_titles(rows: Axis, columns: Axis) -> list[str]:
    """What each tile of the grid is."""
    return [
        f"{rows.setting} {_short(rows, i)}, {columns.setting} {_short(columns, j)}"
        for i in range(len(rows.values))
        for j in range(len(columns.values))
    ]


def pin_of_cell(flow: RealNVP, cells: Cells, index: int, recipe: Recipe) -> Pin:
    """A cell of the page Axes as a pin that knows how it was made."""
    view = cast(Axes, recipe.view)
    sides = view.rows.axis(), view.columns.axis()
    seed, warmth = settings_of_cell(flow, *sides, index, view.seed, view.temperature)
    temperature = tuple(warmth) if isinstance(warmth, list) else warmth
    made = json_of(FromSeed(seed=seed, temperature=temperature, label=view.label))
    name = short_name(f"seed {seed}, T = {in_words(temperature)}")
    label = None if cells.labels is None else cells.labels[index]
    return Pin(name, recipe.checkpoint, cells.z[index], label, cells.images[index], made)


def _short(axis: Axis, index: int) -> str:
    value = axis.values[index]
    return str(int(value)) if axis.setting == SEED else f"{value:.2f}"
