"""Which setting varies along a side of a grid, and how far."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.recipes.axes import CELLS, MAX_FIRST
from explorer.recipes.fields import MAX_TEMPERATURE
from explorer.tray.pins import Pin, short_name
from explorer.ui.controls import clamp, whole
from explorer.ui.equaliser import in_words
from explorer.views.latents import FromSeed, as_label, json_of
from realnvp import RealNVP
from realnvp.explore.axes import SEED, Axis, evenly, settings
from realnvp.explore.cells import Cells, settings_of_cell
from realnvp.labels import label_entry


def axis_picker(flow: RealNVP, side: str, default: str) -> tuple[Axis, dict[str, Any]]:
    """The axis of "Rows" or "Columns", and its entry in a recipe.

    The widgets' keys are side_setting, side_seed, side_range and side_cells, in small letters.
    """
    offered, key = settings(flow.config.num_levels), side.lower()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        setting = st.selectbox(
            side,
            offered,
            index=offered.index(default),
            key=f"{key}_setting",
            bind="query-params",
            width=150,
            help="What changes from one to the next. Level 1 is the finest: its temperature"
            " changes texture, that of the last level what the picture is of.",
        )
        cells = st.slider(
            f"How many {key}",
            *CELLS,
            6,
            key=f"{key}_cells",
            bind="query-params",
            width=160,
            help="More take longer: the grid is decoded anew at every change.",
        )
        cells = whole(cells, *CELLS, 6)
        first, last = _seed(key) if setting == SEED else _range(key)
    made = evenly(setting, first, last, cells)
    return made, {"setting": setting, "first": first, "last": last, "cells": cells}


def _seed(key: str) -> tuple[float, float]:
    value = st.number_input(
        "From seed",
        0.0,
        float(MAX_FIRST),
        step=1.0,
        format="%.0f",
        key=f"{key}_seed",
        bind="query-params",
        width=130,
        help="The first one; the others follow it.",
    )
    first = float(whole(value, 0, MAX_FIRST, 0))
    return first, first


def _range(key: str) -> tuple[float, float]:
    values = st.slider(
        "From, to",
        0.0,
        MAX_TEMPERATURE,
        (0.0, 1.0),
        0.05,
        key=f"{key}_range",
        bind="query-params",
        width=240,
        help="The first and the last temperature; the steps between are even.",
    )
    low, high = values if isinstance(values, tuple | list) and len(values) == 2 else (0.0, 1.0)
    return clamp(low, 0, MAX_TEMPERATURE, 0.0), clamp(high, 0, MAX_TEMPERATURE, 1.0)


def span(axis: Axis) -> str:
    """ "0 to 5" for seeds, "0.00 to 1.00" for temperatures."""
    return f"{_short(axis, 0)} to {_short(axis, -1)}"


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


def pin_of_cell(
    flow: RealNVP, cells: Cells, index: int, rows: Axis, columns: Axis, recipe: Mapping[str, Any]
) -> Pin:
    """A cell of a page's recipe as a pin that knows how it was made."""
    base = recipe["seed"], recipe["temperature"]
    seed, temperature = settings_of_cell(flow, rows, columns, index, *base)
    label = None if cells.labels is None else cells.labels[index]
    own = label_entry(flow.config, None if cells.labels is None else cells.labels[:1]).get("label")
    warmth = tuple(temperature) if isinstance(temperature, list) else temperature
    made = FromSeed(seed=seed, temperature=warmth, label=as_label(own))
    name = short_name(f"seed {seed}, T = {in_words(temperature)}")
    images, checkpoint = cells.images, recipe["checkpoint"]
    return Pin(name, checkpoint, cells.z[index], label, images[index], json_of(made))


def _short(axis: Axis, index: int) -> str:
    value = axis.values[index]
    return str(int(value)) if axis.setting == SEED else f"{value:.2f}"
