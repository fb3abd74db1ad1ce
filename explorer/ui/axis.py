"""A grid of two settings in words, and its cells as pins."""

from typing import cast

from explorer.tray.pins import Pin, short_name
from explorer.ui.level_temperatures import in_words
from explorer.views.axes import Axes
from explorer.views.latents import FromSeed, as_label, json_of
from explorer.views.recipe import Recipe
from realnvp import RealNVP
from realnvp.config import ModelConfig
from realnvp.explore.axes import LABEL, SEED, TEMPERATURE, Axis
from realnvp.explore.cells import Cells, settings_of_cell
from realnvp.labels import label_entry, label_names, label_words


def span(axis: Axis, config: ModelConfig) -> str:
    """ "seed 0 to 5", or "temperature 0.00 to 1.00"."""
    return f"{axis.setting} {_short(axis, 0, config)} to {_short(axis, -1, config)}"


def heads(axis: Axis, config: ModelConfig) -> list[str]:
    """What stands over a column, or before a row, of the grid: "seed 3", "T 0.20", "Coat"."""
    name = {LABEL: "", TEMPERATURE: "T"}.get(axis.setting, axis.setting)
    return [f"{name} {_short(axis, i, config)}".strip() for i in range(len(axis.values))]


def cell_titles(rows: Axis, columns: Axis, config: ModelConfig) -> list[str]:
    """What each tile of the grid is."""
    return [
        f"{rows.setting} {_short(rows, i, config)}, {columns.setting} {_short(columns, j, config)}"
        for i in range(len(rows.values))
        for j in range(len(columns.values))
    ]


def pin_of_cell(flow: RealNVP, cells: Cells, index: int, recipe: Recipe) -> Pin:
    """A cell of the page Axes as a pin that knows how it was made."""
    view = cast(Axes, recipe.view)
    sides = view.rows.axis(flow.config), view.columns.axis(flow.config)
    seed, warmth = settings_of_cell(flow, *sides, index, view.seed, view.temperature)
    temperature = tuple(warmth) if isinstance(warmth, list) else warmth
    labels = None if cells.labels is None else cells.labels[[index]]
    own = label_entry(flow.config, labels).get("label")
    made = json_of(FromSeed(seed=seed, temperature=temperature, label=as_label(own)))
    words = f", {label_words(flow.config, labels)}" if LABEL in (s.setting for s in sides) else ""
    name = short_name(f"seed {seed}, T = {in_words(temperature)}{words}")
    label = None if labels is None else labels[0]
    return Pin(name, recipe.checkpoint, cells.z[index], label, cells.images[index], made)


def _short(axis: Axis, index: int, config: ModelConfig) -> str:
    value = axis.values[index]
    if axis.setting == LABEL:
        return label_names(config)[int(value)]
    return str(int(value)) if axis.setting == SEED else f"{value:.2f}"
