"""Models that draw from one seed."""

import streamlit as st

from explorer.ui.card import plain
from explorer.ui.models import flow_of, run
from explorer.ui.tiles import show_tiles
from explorer.views.models import COLUMNS, PICTURES, SideBySide
from explorer.views.sample import Drawn
from realnvp import CheckpointError


def show_samples(name: str, view: SideBySide, *, key: str) -> Drawn | None:
    """The sheet of one of the models, or one line about why there is none."""
    try:
        with st.spinner("Loading the model"):
            flow = flow_of(name)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. Please choose another one.")
        return None
    shown = run(view.sheet, flow)
    show_tiles(
        shown.samples.images,
        COLUMNS,
        key=key,
        alt=f"{PICTURES} samples of {name} at temperature {view.temperature:.2f}, seed {view.seed}",
        caption=f"{name}: drawn in {st.session_state['milliseconds']:.0f} ms",
        room=560,
    )
    return shown
