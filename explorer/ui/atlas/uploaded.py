"""A picture of the visitor's own, for the map."""

from typing import Any

import streamlit as st

from explorer.ui.answers import Answers
from explorer.ui.atlas.subject import AT, Placed
from explorer.ui.controls import label_picker
from explorer.ui.crop import crop
from explorer.ui.picture import find_picture, picture_source
from realnvp import RealNVP
from realnvp.fitting import fit
from realnvp.labels import label_entry

PLACE = "place"


def placing(flow: RealNVP, checkpoint: str) -> Placed | None:
    """The switch and, when it is on, the controls: gives the picture, encoded; else None."""

    def switched() -> None:
        st.session_state[AT] = 0.0 if st.session_state[PLACE] else 1.0

    if not st.toggle(
        "Place a picture on the map",
        key=PLACE,
        bind="query-params",
        on_change=switched,
        help="An example, a file, a photo or a pin is encoded and put where its latent lies. Which"
        " pictures does the model take for its neighbours, and which would you?",
    ):
        return None
    with st.container(border=True):
        source = picture_source()
        picked = find_picture(flow, checkpoint, source)
        if picked is None:
            return None
        labels, _ = label_picker(flow, 1, every=False, default=picked.label)
        size, channels = flow.config.image_size, flow.config.channels
        box, sliders = crop(picked.pixels, size, picked.name, picked.notes)
    image, _ = fit(picked.pixels, size, channels, box)
    report = Answers(flow, checkpoint, image, labels).report()
    recipe: dict[str, Any] = {"picture": picked.cut(box, size)}
    recipe |= label_entry(flow.config, labels) | sliders
    return Placed(picked.name, report.z, labels, image, report.bits_per_dim, recipe)
