"""Whose page this is: the teacher's, of one who has joined the class, or of neither."""

import streamlit as st

from explorer.classroom import classroom
from explorer.ui.server.class_routes import JOINED, LEADS


def cookies() -> dict[str, str]:
    """What this visitor's browser keeps for this app."""
    return dict(st.context.cookies)


def leads() -> bool:
    """Whether this is the teacher's."""
    return classroom().is_teacher(cookies().get(LEADS, ""))


def member() -> str:
    """The id of a browser that has joined; "" of others, and of the teacher's."""
    kept = cookies()
    name = kept.get(JOINED, "")
    if not name or classroom().is_teacher(kept.get(LEADS, "")):
        return ""
    return name if classroom().join(name) else ""
