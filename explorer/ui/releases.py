"""What the page has heard of something that is held in the browser, and let go."""

import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.ui.controls import whole

MAX_RELEASES = 10**9


def heard(key: str) -> dict[str, Any]:
    """For the data of a component whose script has `Releases`: what it compares with its own."""
    session = st.session_state.setdefault("page_session", secrets.token_hex(8))
    return {"session": session, "release": st.session_state.get(_key(key), 0)}


def hear(key: str, sent: object) -> Mapping[str, Any] | None:
    """What a component has sent when something was let go; None if it is no such message.

    From now on its number counts as heard. Nothing else of a message is sure: it may be forged.
    """
    if not isinstance(sent, Mapping):
        return None
    st.session_state[_key(key)] = whole(sent.get("release"), 0, MAX_RELEASES, 0)
    return sent


def _key(key: str) -> str:
    return f"{key}_release"
