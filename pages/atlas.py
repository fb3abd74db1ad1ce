"""A map of many latents: who lies near whom."""

import streamlit as st

from explorer import ui
from explorer.recipes.atlas import MARKS, PROJECTIONS
from explorer.ui import atlas as parts

checkpoint, flow = ui.page(
    "Atlas",
    "Many pictures, each at the place of its latent. Which are neighbours there, and are they the"
    " ones that look alike, pixel by pixel?",
)
atlas = parts.known_atlas(flow, checkpoint)
parts.send_sheet(atlas)


@ui.part("atlas")
def show() -> None:
    parts.show_source(atlas)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        projection = st.segmented_control(
            "Projection",
            PROJECTIONS,
            default=PROJECTIONS[0],
            required=True,
            key="projection",
            bind="query-params",
            help="PCA is a shadow: exact, on the two axes that vary most. t-SNE bends the space"
            " until neighbours lie together. Do both show the same groups?",
        )
        # A forged message may hold anything.
        projection = projection if projection in PROJECTIONS else PROJECTIONS[0]
        marks = st.segmented_control(
            "Show as",
            MARKS,
            default=MARKS[0],
            required=True,
            key="marks",
            bind="query-params",
            help="Dots show the colours better, thumbnails what the groups are.",
        )
        marks = marks if marks in MARKS else MARKS[0]
        colouring = parts.colour_picker(flow, atlas)
        chooser = st.container(width="content")
    where, beside = st.columns([3, 2], gap="large")  # on a phone the map comes first
    with beside:
        looked_at = st.container()
        placed = parts.placing(flow, checkpoint)
    with chooser:
        subject = parts.choose(atlas, placed)
    with where:
        parts.show_map(atlas, subject, placed, projection, colouring, thumbnails=marks == MARKS[0])
        parts.show_notice(atlas)

    recipe = {"page": "atlas", "checkpoint": checkpoint, "at": subject.row + 1}
    recipe |= {} if placed is None else placed.recipe
    recipe |= {"projection": projection, "colour": colouring.name, "marks": marks}
    with looked_at:
        parts.show_subject(flow, subject)
        pixels = parts.show_neighbours(atlas, subject)
        ui.offer(parts.pin_of(subject, checkpoint, recipe), key="atlas")
        ui.recipe_menu(recipe, pixels, "neighbours")


show()
