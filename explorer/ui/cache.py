"""What was made for one visitor and is not made again while nothing has changed."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from torch import Tensor

T = TypeVar("T")


def label_key(labels: Tensor | None) -> tuple[float, ...] | None:
    """Labels as a part of a signature for `cached`."""
    return None if labels is None else tuple(labels.flatten().tolist())


def cached(slot: str, signature: object, make: Callable[[], T]) -> T:
    """What was made for this signature before, or is now; the slot keeps the last one."""
    kept = st.session_state.get(_key(slot))
    if kept is None or kept[0] != signature:
        kept = st.session_state[_key(slot)] = (signature, make())
    return kept[1]


def forget(slot: str) -> None:
    """Make it anew the next time."""
    st.session_state.pop(_key(slot), None)


def _key(slot: str) -> str:
    return f"cached {slot}"  # no widget's: this would be taken for its value
