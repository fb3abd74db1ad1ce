"""A picture of the visitor's own, for the map."""

import streamlit as st

from explorer.ui.answers import Answers
from explorer.ui.atlas.subject import AT, Subject
from explorer.ui.form import Form
from explorer.ui.picture import cut_out, find_picture, picture_source
from explorer.ui.source import Source
from explorer.views.atlas import Atlas
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
        image = cut_out(form, picked)
    form.set(PLACE, True)
    labels = labels_of(flow.config, form.view().label, 1)
    report = Answers(flow, checkpoint, image, labels).report()
    return Subject(-1, Source(picked.name, report.z, labels, image), report.bits_per_dim)
