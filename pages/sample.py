"""Turn noise into pictures, and see what temperature does."""

import streamlit as st

from explorer import ui
from explorer.views.recipe import Recipe
from explorer.views.sample import Sample
from realnvp.numerals import numeral

checkpoint, flow = ui.page(
    "Sample",
    "Noise $z \\sim \\mathcal{N}(0, T^2 I)$ goes backwards through the model and comes out as"
    " pictures: $x = f^{-1}(z)$.",
)
MORE = ["pictures", *(["times"] if flow.takes_any_size else []), "order", "bits"]


@ui.part("samples")
def samples() -> None:
    form = ui.Form(Sample, flow)
    form.show("temperature")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show(but=[*MORE, "times"])
        with st.popover("More", icon=":material/tune:", help="How many, how large, in what order."):
            form.show(*MORE)
    view = form.view()

    with ui.spinner(view.pictures * view.times**2 > 64):
        shown = ui.draw_view(view, flow)
    drawn = shown.samples
    alt = ui.words_of_samples(view)
    titles = [f"Sample {place + 1} of seed {view.seed}" for place in drawn.places.tolist()]
    figure = ui.tiles_of(
        drawn.images,
        view.columns,
        alt=alt.replace("{}", ui.in_words(view.temperature), 1),
        caption=ui.bits_in_words(drawn.bits_per_dim),
        labels=[numeral(value, ".2f") for value in drawn.bits_per_dim.tolist()]
        if view.bits
        else (),
        titles=titles if view.times == 1 else (),
        live=ui.follow_temperature(flow, view, alt),
        room=1400,
    )
    ui.offer_on(
        [figure],
        lambda index: ui.pin_of_sample(flow, checkpoint, drawn, index, view.seed, view.temperature),
        key="tiles",
    )
    if view.times > 1:
        st.caption("Other pages take pictures of the trained size: at 1 each can be pressed.")
    if drawn.bits_per_dim is not None:
        ui.note_below_zero(drawn.bits_per_dim)
    recipe = Recipe(checkpoint, view)
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, figure.pixels, "samples")
        ui.latents_file(drawn.z, drawn.images, "samples", recipe.json(), drawn.labels)


samples()
