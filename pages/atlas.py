"""A map of many latents: who lies near whom."""

import streamlit as st

from explorer import ui
from explorer.tray.pins import Pin
from explorer.ui import atlas as parts
from explorer.views.atlas import Atlas
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Atlas",
    "Many pictures, each at the place of its latent. Which are neighbours there, and are they the"
    " ones that look alike, pixel by pixel?",
)
opened = parts.open_pictures(flow, checkpoint)
atlas = opened.atlas
parts.send_sheet(atlas)


@ui.part("atlas")
def show() -> None:
    form = ui.Form(Atlas, flow)
    form.set("pictures", opened.pictures)
    parts.show_source(opened)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        parts.projection_picker(form)
        form.show("marks")
        colouring = parts.colour_picker(form, atlas)
        chooser = st.container(width="content")
    where, beside = st.columns([3, 2], gap="large")  # on a phone the map comes first
    with beside:
        looked_at = st.container()
        placed = parts.placing(form, checkpoint)
    with chooser:
        subject = parts.choose(form, atlas, placed)
    with where:
        place = st.container()
        parts.region_field(form, atlas)
    view = form.view()
    # Here: it asks nothing of the model.
    shown = view.draw(flow, atlas, subject.made.made, None)

    recipe = Recipe(checkpoint, view)

    def pin_of(row: int, made: ui.Source) -> Pin:
        """As what is looked at by a view of this page."""
        own = Recipe(checkpoint, view.model_copy(update={"at": row + 1}))
        return made.pin(checkpoint, own.json())

    with where:
        with place:
            parts.show_map(atlas, subject, shown.near, placed, view, colouring)
        parts.show_selection(flow, checkpoint, atlas, view, pin_of)
        parts.show_notice(atlas, colouring.notice)
    with looked_at:
        parts.show_subject(flow, subject, pin_of(subject.row, subject.made))
        parts.show_neighbours(atlas, subject, shown, pin_of)
        ui.recipe_menu(recipe, shown.pixels, "neighbours")


show()
