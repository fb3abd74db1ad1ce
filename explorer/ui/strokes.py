"""Undo and Clear for what a visitor draws, stroke by stroke; it is kept as a text."""

import streamlit as st

MOST = 50  # strokes that can be taken back


def change(key: str, text: str) -> None:
    """Another drawing, as a callback may set it; the one before can come back.

    Args:
        key: of the drawing in the session.
    """
    past = _past(key)
    past.append(st.session_state.get(key) or "")
    del past[:-MOST]
    st.session_state[key] = text


def undo_and_clear(key: str, name: str, clears: str) -> None:
    """Both buttons.

    Args:
        key: of the drawing in the session.
        name: begins the keys of the buttons.
        clears: what Clear does, in words.
    """
    past = _past(key)

    def undo() -> None:
        if past:
            st.session_state[key] = past.pop()

    st.button(
        "Undo",
        icon=":material/undo:",
        key=f"{name}_undo",
        on_click=undo,
        disabled=not past,
        help="Takes the last stroke back.",
    )
    st.button("Clear", key=f"{name}_clear", on_click=change, args=(key, ""), help=clears)


def _past(key: str) -> list[str]:
    past: list[str] = st.session_state.setdefault(f"{key}_past", [])
    return past
