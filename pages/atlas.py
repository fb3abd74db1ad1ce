"""A map of many latents: who lies near whom."""

import streamlit as st

from explorer import ui
from explorer.ui import atlas as parts
from explorer.views.atlas import Atlas
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Atlas",
    "Many pictures, each at the place of its latent. Which are neighbours there, and are they the"
    " ones that look alike, pixel by pixel?",
)
atlas = parts.known_atlas(flow, checkpoint)
parts.send_sheet(atlas)


@ui.part("atlas")
def show() -> None:
    form = ui.Form(Atlas, flow)
    parts.show_source(atlas)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show("projection", "marks")
        colouring = parts.colour_picker(form, atlas)
        chooser = st.container(width="content")
    where, beside = st.columns([3, 2], gap="large")  # on a phone the map comes first
    with beside:
        looked_at = st.container()
        placed = parts.placing(form, checkpoint)
    with chooser:
        subject = parts.choose(form, atlas, placed)
    view = form.view()
    shown = view.draw(flow, atlas, subject.made.made)  # here: it asks nothing of the model
    with where:
        parts.show_map(atlas, subject, shown.near, placed, view.projection, colouring, view.marks)
        parts.show_notice(atlas)

    recipe = Recipe(checkpoint, view)
    with looked_at:
        parts.show_subject(flow, subject)
        parts.show_neighbours(atlas, subject, shown)
        ui.offer(subject.made.pin(checkpoint, recipe.json()), key="atlas")
        ui.recipe_menu(recipe, shown.pixels, "neighbours")


show()
