"""Settings that are the model's own on arrival, when another model is chosen."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.ui import address

_OWN = "own_settings"  # what the last model's were, by the controls' keys


def go_along(own: Mapping[str, Any]) -> None:
    """Before the controls are drawn: those that stood at the last model's go to this one's.

    What somebody has chosen stays, and so does what an address says.

    Args:
        own: what the controls show on arrival with this model, by their keys.
    """
    before = st.session_state.setdefault(_OWN, {})
    for key, value in own.items():
        last = before.get(key, value)
        is_chosen = key in st.query_params or st.session_state.get(key) != last
        if last != value and not is_chosen and not address.is_restored():
            st.session_state[key] = value
    before.update(own)
