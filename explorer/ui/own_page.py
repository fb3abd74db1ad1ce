"""The visitor's own page, which a lesson leaves and which comes back after it."""

import streamlit as st

from explorer.classroom import classroom
from explorer.ui import address
from explorer.ui.classroom.role import member

_BEFORE = "lesson_before"


def remember(page: str | None) -> None:
    """Before a lesson leads away from a page: as it is, with its model and its settings."""
    query = address.current()
    if model := st.session_state.get("checkpoint"):
        query["checkpoint"] = model  # which the address does not have on every page
    own = page, query, address.all_seen()
    st.session_state[_BEFORE] = own
    classroom().keep(member(), own)  # of a class: a browser may load the page anew meanwhile


def aim() -> bool:
    """The next page to be shown is that one; False if there is none.

    There is none where a link led into the lesson: the page stays as it is.
    """
    own = st.session_state.pop(_BEFORE, None) or classroom().kept(member())
    classroom().keep(member(), None)
    if own is None or own[0] is None:
        return False
    page, query, seen = own
    address.remember(seen)
    address.aim(page, query)
    return True
