"""What was made for one visitor and is not made again while nothing has changed."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from torch import Tensor

T = TypeVar("T")


def label_key(labels: Tensor | None) -> tuple[float, ...] | None:
    """Labels as a part of a signature for `once`."""
    return None if labels is None else tuple(labels.flatten().tolist())


def once(slot: str, signature: object, make: Callable[[], T]) -> T:
    """What was made for this signature before, or is now; the slot keeps the last one."""
    key = f"once {slot}"  # no widget's: it would be taken for that one's value
    kept = st.session_state.get(key)
    if kept is None or kept[0] != signature:
        kept = st.session_state[key] = (signature, make())
    return kept[1]
