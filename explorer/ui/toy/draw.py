"""A board to draw points on."""

from typing import Any

import streamlit as st

from explorer.ui.releases import hear, heard
from explorer.ui.strokes import change, undo_and_clear
from explorer.ui.web import element
from realnvp.toy.drawing import MAX_DOTS, DrawingError, from_text
from realnvp.toy.views import VIEW

DOTS, KEPT, BOARD = "drawn", "toy_drawn", "toy_board"

_board = element("dots")


def draw_dots() -> str:
    """The drawing, as `realnvp.toy.drawing` writes it; "" where there is none."""
    # A widget that is not shown forgets: the drawing outlives a look at other data.
    st.session_state.setdefault(DOTS, st.session_state.get(KEPT) or "")
    board = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        undo_and_clear(DOTS, "toy", "Takes all dots away; Undo brings them back.")
        with st.popover("As text", help="What is drawn, to keep or to send."):
            text = st.text_input(
                "Four letters for each dot",
                max_chars=4 * MAX_DOTS,
                key=DOTS,
                bind="query-params",
                help="Two letters for x, two for y. It is in the link too.",
            )
    text = _checked(text)
    st.session_state[KEPT] = text
    count = len(text) // 4
    with board:
        _board(
            key=BOARD,
            data={
                "dots": text,
                "most": MAX_DOTS,
                "view": VIEW,
                "alt": f"A board to draw on: {count:,} dot{'' if count == 1 else 's'}",
                "words": "Press or drag to draw. By keyboard: arrow keys move the cross, with Shift"
                f" further, Space leaves a dot. At most {MAX_DOTS:,}.",
            }
            | heard(BOARD),
            on_drawing_change=_released,
        )
    return text


def _checked(text: Any) -> str:
    """A text that is a drawing; what is none is said so, and left out."""
    try:
        from_text(str(text or ""))
    except DrawingError as error:
        st.warning(str(error), icon=":material/info:")
        return ""
    return str(text or "")


def _released() -> None:
    """A stroke has ended: all dots arrive, whatever a forged message may hold."""
    sent = hear(BOARD, st.session_state[BOARD].drawing)
    if sent is None:
        return
    text = sent.get("dots")
    try:
        if isinstance(text, str) and from_text(text):
            change(DOTS, text)
    except DrawingError:
        return
