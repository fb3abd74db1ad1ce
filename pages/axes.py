"""Vary two settings at once, and compare the pictures side by side."""

import streamlit as st

from explorer import ui
from realnvp.explore.axes import SEED, TEMPERATURE
from realnvp.explore.cells import draw_cells
from realnvp.labels import label_entry

checkpoint, flow = ui.page(
    "Axes",
    "Two settings, each along a side of the grid. As it opens: one noise in every row, warmed from"
    " left to right. Watch what stays and what changes.",
)


@ui.part("axes")
def axes() -> None:
    rows, row_entry = ui.axis_picker(flow, "Rows", SEED)
    columns, column_entry = ui.axis_picker(flow, "Columns", TEMPERATURE)
    if rows.setting == columns.setting:
        st.info(f"Both sides are {rows.setting}. Please choose another setting for one of them.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        settings = {rows.setting, columns.setting}
        seed = 0 if SEED in settings else ui.seed_picker()
        temperature = 1.0 if TEMPERATURE in settings else ui.temperature_slider()
        labels, label_name = ui.label_picker(flow, 1, every=False)

    count = len(rows.values) * len(columns.values)
    with ui.patience(count > 64):
        cells = ui.ask(draw_cells, flow, rows, columns, seed, temperature, labels)
    words = f"{rows.setting} {ui.span(rows)} from top to bottom, {columns.setting}"
    words += f" {ui.span(columns)} from left to right"
    pixels, chosen = ui.choose_tile(
        cells.images,
        len(columns.values),
        key="cells",
        alt=f"Grid of {count}: {words}{f', {label_name}' if label_name else ''}",
        caption=f"{words[0].upper()}{words[1:]}.",
        labels=ui.edge_labels(rows, columns),
        titles=ui.cell_titles(rows, columns),
    )
    recipe = {
        "page": "axes",
        "checkpoint": checkpoint,
        "rows": row_entry,
        "columns": column_entry,
        "seed": seed,
        "temperature": temperature,
    } | label_entry(flow.config, labels)
    if chosen is not None:
        ui.offer(ui.pin_of_cell(flow, cells, chosen, rows, columns, recipe), key="axes")
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, pixels, "axes")
        ui.latents_file(cells.z, cells.images, "axes", recipe, cells.labels)


axes()
