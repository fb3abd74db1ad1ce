"""A picture of the visitor's own, for the map."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.ui.answers import Answers
from explorer.ui.atlas.subject import AT, Subject
from explorer.ui.crop import crop
from explorer.ui.form import Form
from explorer.ui.picture import find_picture, picture_source
from explorer.ui.source import Source
from explorer.views.atlas import Atlas
from explorer.views.pictures import AnyPicture, Example, File, Pinned
from realnvp.fitting import fit
from realnvp.labels import labels_of

PLACE = "place"


def placing(form: Form[Atlas], checkpoint: str) -> Subject | None:
    """The switch and, when it is on, the controls: gives the picture, encoded; else None."""

    def switched() -> None:
        st.session_state[AT] = 0.0 if st.session_state[PLACE] else 1.0

    flow, setting = form.flow, Atlas.setting_of(PLACE)
    is_on = st.toggle(
        setting.label, key=PLACE, bind="query-params", on_change=switched, help=setting.help
    )
    if not is_on:
        return None
    with st.container(border=True):
        source = picture_source()
        picked = find_picture(flow, checkpoint, source)
        if picked is None:
            return None
        form.suggest(label=picked.label)
        form.show("label")
        size, channels = flow.config.image_size, flow.config.channels
        box, sliders = crop(picked.pixels, size, picked.name, picked.notes)
    form.set(PLACE, True)
    form.set("picture", _picture(picked.recipe, sliders))
    image, _ = fit(picked.pixels, size, channels, box)
    labels = labels_of(flow.config, form.view().label, 1)
    report = Answers(flow, checkpoint, image, labels).report()
    return Subject(-1, Source(picked.name, report.z, labels, image), report.bits_per_dim)


def _picture(recipe: Mapping[str, Any], sliders: Mapping[str, float]) -> AnyPicture:
    """What was picked and cut out, as views have it."""
    if recipe["from"] == "example":
        return Example(example=recipe["name"], **sliders)
    if recipe["from"] == "file":
        return File(file=recipe["name"], **sliders)
    return Pinned(pinned=recipe["name"], **sliders)
