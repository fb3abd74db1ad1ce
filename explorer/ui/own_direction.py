"""The direction of a selection on the page Atlas, kept for the page Directions."""

import streamlit as st

from explorer.ui.downloads import BINARY, file_button
from realnvp import RealNVP
from realnvp.direction_file import SELECTION_FILE, selection_bytes
from realnvp.explore.directions import SELECTION, Directions, joined

_STATE = "atlas_selection_direction"  # no widget's


def keep_selection(checkpoint: str, direction: Directions) -> None:
    """For callbacks: from now on, until this visit ends, the page Directions has it too."""
    st.session_state[_STATE] = checkpoint, direction


def with_selection(known: Directions, flow: RealNVP, checkpoint: str) -> Directions:
    """The known directions, and that of the selection where it is one of this model's."""
    of, direction = st.session_state.get(_STATE, (None, None))
    if of != checkpoint or direction is None or direction.vectors.shape[1] != flow.dim:
        return known
    return joined(known, direction)


def show_selection_file(known: Directions) -> None:
    """The file that a program needs, where the selection is among the directions."""
    if SELECTION not in known.names:
        return
    row = known.pick([SELECTION])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{SELECTION} is the direction of what you selected on the page Atlas. It is there for"
            f" this visit; a program that uses it looks for {SELECTION_FILE} beside itself.",
            width="content",
        )
        file_button(
            SELECTION_FILE,
            lambda: selection_bytes(row),
            SELECTION_FILE,
            BINARY,
            "The direction as a file.",
        )
