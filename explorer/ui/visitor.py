"""Who this visitor is, as far as that can be told: the same browser as another time."""

import streamlit as st

from explorer.ids import is_id, new_id
from explorer.ui.classroom.role import cookies
from explorer.ui.server.visitor_cookie import VISITOR

_SESSION = "visitor"


def visitor() -> str:
    """A random id: the one that the browser keeps or, where it keeps none, of this session."""
    kept = cookies().get(VISITOR, "")
    if is_id(kept):
        return kept
    return str(st.session_state.setdefault(_SESSION, new_id()))
