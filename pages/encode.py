"""Turn a picture into noise and back, and look at the noise."""

import streamlit as st

from explorer import ui
from explorer.ui import encode as parts
from explorer.views.encode import Encode
from explorer.views.recipe import Recipe
from realnvp.explore.label_costs import MAX_LABELS
from realnvp.labels import labels_of

checkpoint, flow = ui.page(
    "Encode",
    "A picture $x$ goes forwards through the model and becomes noise, $z = f(x)$; the way back,"
    " $f^{-1}(z)$, returns every byte.",
)


@ui.part("encode")
def encode() -> None:
    form = ui.Form(Encode, flow)
    first = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    picked = ui.picture_picker(form, checkpoint, first)
    with st.container(horizontal=True, gap="medium"):
        image = ui.cut_out(form, picked)
        view = form.view()
        labels = labels_of(flow.config, view.label, 1)
        answers = ui.Answers(flow, checkpoint, image, labels)
        shown = answers.round_trip(view)
        report, recipe, latent = shown.report, Recipe(checkpoint, view), view.latent()
        made = ui.Source(picked.name, report.z, labels, image, latent)
        pin = made.pin(checkpoint, None if latent else recipe.json())
        parts.show_round_trip(flow, shown, picked.name, pin)
    parts.show_numbers(flow, report)

    ui.offer(pin, key="encode")
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, shown.pixels, "encoded")
        ui.latents_file(report.z, image, "latent", recipe.json(), labels)

    # What is not looked at is neither computed nor sent.
    looks = {
        "Levels": lambda: ui.show_levels(flow, report.z),
        "Spread": lambda: ui.show_spread(flow, report.z),
        "Where the bits go": lambda: (
            parts.show_bits_by_part(answers.bits_by_part(), report.bits_per_dim)
            if flow.has_couplings
            else parts.show_two_terms(answers.costs(), report.bits_per_dim)
        ),
        "Map of the bits": lambda: (
            parts.show_bit_maps(answers.bits_by_part())
            if flow.has_couplings
            else parts.show_no_map(checkpoint)
        ),
        "Noise": lambda: parts.show_noise(answers.noisy_bits(), report.bits_per_dim),
    }
    if view.label is not None and flow.config.num_labels <= MAX_LABELS:
        looks["Labels"] = lambda: parts.show_label_costs(flow, answers.label_costs(), view.label)
    tabs = st.tabs(list(looks), key="look", bind="query-params")
    for tab, show in zip(tabs, looks.values(), strict=True):
        if tab.open:
            with tab:
                show()


encode()
