"""Change some levels of a latent, keep the others, and see what each level holds."""

import streamlit as st

from explorer import ui
from explorer.ui.latent_picker import latent_picker
from explorer.ui.multiscale import VIEWS, WITH_B, Subject, choose_view

checkpoint, flow = ui.page(
    "Multi-scale",
    "The model factors half of its variables out at each level: $z = (z_1, \\ldots, z_L)$, the"
    " finest first. What does each of them hold?",
)


@ui.part("levels")
def levels() -> None:
    show = choose_view(flow)
    view, pickers = st.columns([3, 1], gap="large")  # on a phone the pictures come first
    with pickers:
        a = latent_picker(flow, checkpoint, "a", title="A", seed=1)
        b = latent_picker(flow, checkpoint, "b", title="B", seed=2) if show in WITH_B else None
    with view:
        shown = VIEWS[show](Subject(flow, checkpoint, a, b))
        with st.container(horizontal=True):
            ui.recipe_menu(shown.recipe, shown.pixels, "levels")
            frames = shown.frames
            ui.latents_file(frames.z, frames.images, "levels", shown.recipe, frames.labels)


levels()
