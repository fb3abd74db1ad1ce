"""See what bits/dim means, and what it does not."""

import streamlit as st

from explorer import ui
from explorer.recipes.likelihood import SHOW, VIEWS
from explorer.ui.likelihood import others_than, show_histogram, show_oddities, show_typical_set
from realnvp.fitting import fit
from realnvp.labels import label_entry

checkpoint, flow = ui.page(
    "Likelihood",
    "A flow says exactly how likely a picture is. Likely is not the same as typical, and neither is"
    " the same as good.",
)
st.latex(r"-\log_2 p(x) \,/\, D \;=\; \text{bits/dim}")
st.caption(ui.MEASURE)


@ui.part("likelihood")
def likelihood() -> None:
    first = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with first:
        source = ui.picture_source()
    picked = ui.choose_picture(flow, checkpoint, source)
    with first:
        labels, _ = ui.label_picker(flow, 1, every=False, default=picked.label)
    size, channels = flow.config.image_size, flow.config.channels
    with st.expander("The part that is used"):
        box, sliders = ui.crop(picked.pixels, size, picked.name, picked.notes)
    image, _ = fit(picked.pixels, size, channels, box)
    report = ui.Answers(flow, checkpoint, image, labels).report()

    show = st.segmented_control(
        "Look at",
        list(VIEWS),
        default="Histogram",
        required=True,
        key="likelihood",
        bind="query-params",
        help="Where the picture stands among others; where likely latents are, and where latents"
        " are; and what else the model calls likely.",
    )
    show = show if show in VIEWS else "Histogram"
    entry = {SHOW: show}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if "temperature" in VIEWS[show]:
            entry["temperature"] = ui.temperature_slider(default=1.0)
        entry["seed"] = ui.seed_picker()
    if show == "Histogram":
        pixels = show_histogram(flow, report, labels, entry["temperature"], entry["seed"])
    elif show == "Typical set":
        pixels = show_typical_set(flow, report, labels, entry["temperature"], entry["seed"])
    else:
        others = others_than(image, flow, checkpoint)
        entry["strangers"] = others
        pixels = show_oddities(flow, image, picked.name, labels, entry["seed"], others)

    picture = picked.cut(box, size)
    recipe = {"page": "likelihood", "checkpoint": checkpoint, "picture": picture, "view": entry}
    ui.recipe_menu(recipe | label_entry(flow.config, labels) | sliders, pixels, "likelihood")


likelihood()
