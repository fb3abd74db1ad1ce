"""Turn a picture into noise and back, and look at the noise."""

import streamlit as st

from explorer import ui
from explorer.recipes.encode import latent_of
from explorer.ui import encode as parts
from realnvp.explore.label_costs import MAX_LABELS
from realnvp.fitting import fit
from realnvp.labels import label_entry

checkpoint, flow = ui.page(
    "Encode",
    "A picture $x$ goes forwards through the model and becomes noise, $z = f(x)$; the way back,"
    " $f^{-1}(z)$, returns every byte.",
)


@ui.part("encode")
def encode() -> None:
    first = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with first:
        source = ui.picture_source()
    picked = ui.choose_picture(flow, checkpoint, source)
    with first:
        labels, _ = ui.label_picker(flow, 1, every=False, default=picked.label)
    size, channels = flow.config.image_size, flow.config.channels
    with st.container(horizontal=True, gap="medium"):
        box, sliders = ui.crop(picked.pixels, size, picked.name, picked.notes)
        image, _ = fit(picked.pixels, size, channels, box)
        answers = ui.Answers(flow, checkpoint, image, labels)
        report = answers.report()
        pixels = parts.show_round_trip(flow, report, picked.name)
    parts.show_numbers(flow, report)

    picture = picked.cut(box, size)
    recipe = {"page": "encode", "checkpoint": checkpoint, "picture": picture}
    recipe |= label_entry(flow.config, labels) | sliders
    made = ui.Source(picked.name, report.z, labels, image)
    ui.offer(made.pin(checkpoint, latent_of(recipe)), key="encode")
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, pixels, "encoded")
        ui.latents_file(report.z, image, "latent", recipe, labels)

    # What is not looked at is neither computed nor sent.
    looks = {
        "Levels": lambda: ui.show_levels(flow, report.z),
        "Spread": lambda: ui.show_spread(flow, report.z),
        "Ledger": lambda: parts.show_ledger(answers.ledger(), report.bits_per_dim),
        "Map of the bits": lambda: parts.show_bit_maps(answers.ledger()),
        "Noise": lambda: parts.show_noise(answers.noisy_bits(), report.bits_per_dim),
    }
    if labels is not None and flow.config.num_labels <= MAX_LABELS:
        looks["Labels"] = lambda: parts.show_label_costs(flow, answers.label_costs(), labels)
    tabs = st.tabs(list(looks), key="look", bind="query-params")
    for tab, show in zip(tabs, looks.values(), strict=True):
        if tab.open:
            with tab:
                show()


encode()
