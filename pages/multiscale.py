"""Change some levels of a latent, keep the others, and see what each level holds."""

import streamlit as st

from explorer import ui
from explorer.ui.multiscale import Subject
from explorer.views.multiscale import Multiscale
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Multi-scale",
    "The model factors half of its variables out at each level: $z = (z_1, \\ldots, z_L)$, the"
    " finest first. What does each of them hold?",
    needs="levels",
)


@ui.part("levels")
def levels() -> None:
    form = ui.Form(Multiscale, flow)
    experiment = form.part("experiment")
    view, pickers = st.columns([3, 1], gap="large")  # on a phone the pictures come first
    sources = []
    with pickers:
        for name, of in (("a", form), ("b", experiment)):
            if name in of.kind.model_fields:
                title, default = name.upper(), of.default(name)
                source = ui.latent_picker(flow, checkpoint, name, title=title, default=default)
                of.set(name, source.latent)
                sources.append(source)
    with view:
        show = ui.layout_of("multiscale", experiment.kind)
        shown = show(Subject(checkpoint, flow, form, experiment, *sources))
        with st.container(horizontal=True):
            recipe, frames = Recipe(checkpoint, form.view()), shown.frames
            ui.recipe_menu(recipe, shown.pixels, "levels")
            ui.latents_file(frames.z, frames.images, "levels", recipe.json(), frames.labels)


levels()
