"""Turn a picture into noise and back, and look at the noise."""

import streamlit as st

import ui
from realnvp.explore.report import report_on
from realnvp.images import fit

flow = ui.page(
    "Encode",
    "A picture $x$ goes forwards through the model and becomes noise, $z = f(x)$; the way back,"
    " $f^{-1}(z)$, returns every byte.",
)
checkpoint = st.session_state["checkpoint"]

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    source = ui.picture_source()
    labels, label = ui.label_picker(flow, 1, every=False)
picked = ui.choose_picture(flow, checkpoint, source)

image, box = fit(picked.pixels, flow.config.image_size, flow.config.channels)
report = ui.ask(report_on, flow, image, labels)

ui.show_round_trip(flow, report, picked, box)
ui.show_numbers(report)
ui.show_latents(flow, report)

recipe = {"page": "encode", "checkpoint": checkpoint, "picture": picked.name}
with st.container(horizontal=True):
    ui.latents_file(report.z, image, "latent", recipe | ({"label": label} if label else {}), labels)
ui.last_call()
