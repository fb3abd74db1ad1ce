"""Vary two settings at once, and compare the pictures side by side."""

import streamlit as st

from explorer import ui
from explorer.views.axes import Axes
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Axes",
    "Two settings, each along a side of the grid. At first each row is one seed, and the"
    " temperature rises to the right. Watch what stays and what changes.",
)


@ui.part("axes")
def axes() -> None:
    form = ui.Form(Axes, flow)
    sides = []
    for name in ("rows", "columns"):
        side = form.part(name)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            side.show("setting", "cells")
            side.show("seed" if side.view().setting == "seed" else "range")
        sides.append(side.view().axis())
    rows, columns = sides
    if rows.setting == columns.setting:
        st.info(f"Both sides are {rows.setting}. Please choose another setting for one of them.")
        return
    varied = {rows.setting, columns.setting}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show(*(name for name in ("seed", "temperature") if name not in varied), "label")
    view = form.view()

    count = len(rows.values) * len(columns.values)
    with ui.spinner(count > 64):
        shown = ui.draw_view(view, flow)
    cells = shown.cells
    words = f"{ui.span(rows)} from top to bottom, {ui.span(columns)} from left to right"
    label = ui.label_in_words(view.label)
    _, chosen = ui.choose_tile(
        cells.images,
        len(columns.values),
        key="cells",
        alt=f"Grid of {count}: {words}{f', {label}' if label else ''}",
        caption=f"{words[0].upper()}{words[1:]}.",
        labels=ui.edge_labels(rows, columns),
        titles=ui.cell_titles(rows, columns),
    )
    recipe = Recipe(checkpoint, view)
    if chosen is not None:
        ui.offer(ui.pin_of_cell(flow, cells, chosen, recipe), key="axes")
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, shown.pixels, "axes")
        ui.latents_file(cells.z, cells.images, "axes", recipe.json(), cells.labels)


axes()
