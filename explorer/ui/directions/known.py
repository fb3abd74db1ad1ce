"""The directions that came with a checkpoint."""

import streamlit as st

from explorer.ui.card import plain
from explorer.ui.models import changed_at
from realnvp import CheckpointError, RealNVP
from realnvp.checkpoint import beside
from realnvp.direction_file import FILE, read_directions
from realnvp.explore.directions import Directions, no_directions
from realnvp.own_flows import own_flows
from realnvp.places import COMMAND


def known_directions(flow: RealNVP, checkpoint: str) -> Directions:
    """Those beside the model; where there are none, or they are damaged, none and a line on it."""
    file = beside(checkpoint, FILE)
    try:
        known = _read(str(file), checkpoint, flow.dim, changed_at(file))
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. The page goes on without it.")
        return no_directions(flow.dim)
    if not len(known):
        own = own_flows().get(checkpoint)
        model = own.beside if own else checkpoint
        st.info(
            "This checkpoint came without directions."
            f" `{COMMAND} directions {model} DATA` finds them from labelled pictures."
            " Until then, teach one of your own below."
        )
    return known


@st.cache_resource(max_entries=16, show_spinner=False)
def _read(file: str, checkpoint: str, dim: int, changed: int) -> Directions:
    """The arguments are the key."""
    return read_directions(checkpoint, dim)
