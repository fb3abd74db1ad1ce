"""Painted pixels of one latent that become another's."""

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.ui.controls import clamp
from explorer.ui.multiscale.brush import brush
from explorer.ui.multiscale.subject import SIDE, Subject, levels_in_words, show_difference
from explorer.views.multiscale import Paste
from explorer.views.result import FramesResult
from realnvp.explore.brush import (
    MAX_DISCS,
    BrushError,
    Disc,
    clamped,
    from_text,
    to_text,
    with_stroke,
)
from realnvp.viz import to_rgb

DISCS, RADIUS = "discs", "radius"


def show(subject: Subject) -> FramesResult:
    """A with B's latents where the brush has been."""
    form, a, b = subject.experiment, subject.a, subject.b
    assert b is not None
    size = subject.flow.config.image_size
    st.markdown(
        "Paint on A: there, the chosen levels become B's. Every latent has a place in the picture,"
        " the pixel where it was factored out."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show("levels")
        radius = _radius(size)
        _buttons()
        add = _adder(size)
        discs = _by_numbers(size, radius, add, form.default(DISCS))
        form.set(DISCS, discs)
        form.show()

    shown: FramesResult = subject.draw()
    view: Paste = form.view()
    words = f"{b.name}'s {levels_in_words(view.levels)} in {_count(discs)}"
    left, middle, right = st.columns(3, gap="medium")
    with left:
        brush(
            to_rgb(shown.frames.images)[0],
            discs,
            radius,
            add,
            key="brush",
            alt=f"{a.name}, to paint on: {_count(discs)}",
            caption="A. Press or drag to paint.",
            room=SIDE,
        )
    with middle:
        subject.show_pinnable(
            shown,
            1,
            key="pasted_shown",
            names=[f"{a.name} with a part of {b.name}"],
            first=1,
            alt=f"{a.name} with {words}",
            caption="A with B's part. Press it to pin it.",
            room=SIDE,
        )
    with right:
        what = f"{a.name} with {words}, less {a.name}"
        show_difference(shown, "pasted", what, "What has changed")
    st.caption(
        "What to notice: the change reaches beyond the paint. Couplings mix neighbours, so a latent"
        " acts on all pixels that the network sees from there; the finest level on the fewest."
    )
    return shown


def _radius(size: tuple[int, int]) -> float:
    most, default = max(size) / 2, max(1.0, max(size) / 8)
    value = st.slider(
        "Radius of the brush",
        0.5,
        most,
        default,
        0.5,
        key=RADIUS,
        width=180,
        help="In pixels of the picture; for what is painted next.",
    )
    return clamped((0, 0, clamp(value, 0.5, most, default)), size)[2]


def _change(discs: Sequence[Disc]) -> None:
    """Other discs, as the callback of a widget may set them; the ones before can come back."""
    past = st.session_state.setdefault("discs_past", [])
    past.append(st.session_state[DISCS])
    del past[:-50]
    st.session_state[DISCS] = to_text(discs)


def _adder(size: tuple[int, int]) -> Callable[[Sequence[Disc]], None]:
    """A callback that adds discs to those that are painted."""

    def add(stroke: Sequence[Disc]) -> None:
        try:
            before = from_text(st.session_state[DISCS], size)
        except BrushError:
            before = []
        discs, left_out = with_stroke(before, stroke, size)
        if left_out:
            st.toast(f"At most {MAX_DISCS} discs: a part of the stroke found no room.")
        _change(discs)

    return add


def _buttons() -> None:
    past = st.session_state.setdefault("discs_past", [])

    def undo() -> None:
        if past:
            st.session_state[DISCS] = past.pop()

    st.button(
        "Undo",
        icon=":material/undo:",
        key="discs_undo",
        on_click=undo,
        disabled=not past,
        help="Takes the last stroke back.",
    )
    st.button(
        "Clear",
        key="discs_clear",
        on_click=lambda: _change([]),
        help="Takes all paint away; Undo brings it back.",
    )


def _by_numbers(
    size: tuple[int, int],
    radius: float,
    add: Callable[[Sequence[Disc]], None],
    first: Sequence[Disc],
) -> list[Disc]:
    """What is painted, as text, and a way to paint without a pointer."""
    height, width = size
    with st.popover("Exact values", help="Paint by row and column, or edit what is painted."):
        row, column = (
            float(clamp(_place(name, side), 0, side, side / 2))
            for name, side in (("Row", height), ("Column", width))
        )
        st.button(
            "Paint here",
            icon=":material/brush:",
            key="discs_paint",
            on_click=add,
            args=([clamped((row, column, radius), size)],),
            help="A disc at this row and column, of the brush's radius.",
        )
        text = st.text_input(
            "Discs: row column radius, …",
            to_text(first),
            max_chars=1500,
            key=DISCS,
            bind="query-params",
            help="All that is painted, in pixels from the upper left corner. It can be edited.",
        )
    try:
        return from_text(text or "", size)
    except BrushError as error:
        st.warning(str(error), icon=":material/info:")
        return []


def _place(name: str, side: int) -> float:
    help = "Of the middle of the next disc, in pixels from the upper left corner."
    return st.slider(name, 0.0, float(side), side / 2, 0.5, key=f"disc_{name.lower()}", help=help)


def _count(discs: Sequence[Disc]) -> str:
    return f"{len(discs)} disc{'' if len(discs) == 1 else 's'}"
