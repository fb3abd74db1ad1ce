"""Pictures of the PixelCNN, row after row, for as long as the visitor wants to wait."""

from collections.abc import Callable
from time import perf_counter

import streamlit as st
from torch import Tensor

from explorer.ui.models import run_locally
from realnvp.baselines import Drawing

ROWS = 2  # drawn at a time, with turns for others between


def draw(key: str, signature: object, start: Callable[[], Drawing]) -> Tensor | None:
    """The finished pictures, kept for this visitor; None if the visitor stopped them."""
    state, stopped = f"{key}_drawing", f"{key}_stopped"
    kept = st.session_state.get(state)
    if kept is None or kept[0] != signature:
        kept = st.session_state[state] = (signature, run_locally(start))
        st.session_state[stopped] = False
    drawing = kept[1]
    if not isinstance(drawing, Drawing):
        return drawing
    if st.session_state[stopped]:
        st.button(
            f"Resume from row {drawing.row}",
            icon=":material/play_arrow:",
            key=f"{key}_go",
            on_click=lambda: st.session_state.update({stopped: False}),
            help="The pixels that are there stay: the next is drawn from them.",
        )
        return None
    place = st.container(horizontal=True, vertical_alignment="center")
    with place:
        bar = st.empty()
        button = st.empty()
    button.button(
        "Stop",
        icon=":material/stop:",
        key=f"{key}_stop",
        on_click=lambda: st.session_state.update({stopped: True}),
        help="Leaves the pictures unfinished; you can resume later.",
    )
    height = drawing.images.shape[2]
    while drawing.row < height:
        bar.progress(drawing.row / height, f"PixelCNN: row {drawing.row + 1} of {height}")
        run_locally(drawing.rows, ROWS)
    bar.empty()
    button.empty()
    # Only the pictures are kept: what the layers remembered is much larger.
    st.session_state[state] = (signature, drawing.images)
    return drawing.images


def timed(start: Callable[[], Drawing], say: Callable[[float], object]) -> float:
    """Milliseconds on the model's thread that a whole drawing takes.

    Args:
        say: told the share that is done.
    """
    drawing, height, total = run_locally(start), 0, 0.0
    height = drawing.images.shape[2]
    while drawing.row < height:
        say(drawing.row / height)
        total += run_locally(_time_rows, drawing)
    return total


def _time_rows(drawing: Drawing) -> float:
    began = perf_counter()
    drawing.rows(ROWS)
    return 1000 * (perf_counter() - began)
