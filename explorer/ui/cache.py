"""What was made for one visitor and is not made again while nothing has changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from torch import Tensor

T = TypeVar("T")
SHARED = 16
_shared: OrderedDict[str, Any] = OrderedDict()
_making: dict[str, threading.Lock] = {}
_lock = threading.Lock()


def label_key(labels: Tensor | None) -> tuple[float, ...] | None:
    """Labels as a part of a signature for `cached`."""
    return None if labels is None else tuple(labels.flatten().tolist())


def cached(slot: str, signature: object, make: Callable[[], T]) -> T:
    """What was made for this signature before, or is now; the slot keeps the last one."""
    kept = st.session_state.get(_key(slot))
    if kept is None or kept[0] != signature:
        kept = st.session_state[_key(slot)] = (signature, make())
    return kept[1]


def shared(name: str, make: Callable[[], T]) -> T:
    """What was made of this name for any visitor, or is now: for what is never changed.

    The latest `SHARED` are kept. Two who want the same at once have it made once.
    """
    with _lock:
        making = _making.setdefault(name, threading.Lock())
    with making:
        with _lock:
            if name in _shared:
                _shared.move_to_end(name)
                return _shared[name]
        made = make()
        with _lock:
            _shared[name] = made
            while len(_shared) > SHARED:
                _shared.popitem(last=False)
            _making.pop(name, None)
    return made


def forget(slot: str) -> None:
    """Make it anew the next time."""
    st.session_state.pop(_key(slot), None)


def _key(slot: str) -> str:
    return f"cached {slot}"  # no widget's: this would be taken for its value
