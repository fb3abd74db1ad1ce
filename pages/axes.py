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
            setting = side.view().setting
            if setting != "label":
                side.show("seed" if setting == "seed" else "range")
        sides.append(side.view().axis(flow.config))
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
    down, along = (ui.span(axis, flow.config) for axis in (rows, columns))
    words = f"{down} from top to bottom, {along} from left to right"
    label = ui.label_in_words(view.label)
    recipe = Recipe(checkpoint, view)
    ui.offer_tiles(
        cells.images,
        len(columns.values),
        lambda index: ui.pin_of_cell(flow, cells, index, recipe),
        key="cells",
        alt=f"Grid of {count}: {words}{f', {label}' if label else ''}",
        caption=f"{words[0].upper()}{words[1:]}.",
        heads=(ui.heads(rows, flow.config), ui.heads(columns, flow.config)),
        titles=ui.cell_titles(rows, columns, flow.config),
        room=1400,
    )
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, shown.pixels, "axes")
        ui.latents_file(cells.z, cells.images, "axes", recipe.json(), cells.labels)


axes()
