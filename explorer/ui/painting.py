"""Controls of what a brush paints on a picture: its radius, what was painted, and by numbers."""

from collections.abc import Sequence

import streamlit as st

from explorer.ui.controls import clamp
from explorer.ui.strokes import change, undo_and_clear
from realnvp.explore.brush import (
    MAX_DISCS,
    BrushError,
    Disc,
    clamped,
    from_text,
    to_text,
    with_stroke,
)

RADIUS = "radius"


class Painting:
    """Discs that a visitor paints on a picture.

    Args:
        name: of the field that has them, which is the key of their text and its query parameter.
        size: (H, W) of the picture.
    """

    def __init__(self, name: str, size: tuple[int, int]) -> None:
        self._name, self._size = name, size
        self.radius = 1.0  # of the brush, in pixels of the picture

    def show(self, first: Sequence[Disc]) -> list[Disc]:
        """All controls; gives what is painted.

        Args:
            first: what is painted on arrival.
        """
        self.radius = self._radius()
        undo_and_clear(self._name, self._name, "Takes all paint away; Undo brings it back.")
        return self._by_numbers(first)

    def add(self, stroke: Sequence[Disc]) -> None:
        """Add discs to those that are painted; for the callback of what was pressed."""
        try:
            before = from_text(st.session_state[self._name], self._size)
        except BrushError:
            before = []
        discs, left_out = with_stroke(before, stroke, self._size)
        if left_out:
            st.toast(f"At most {MAX_DISCS} discs: a part of the stroke found no room.")
        change(self._name, to_text(discs))

    def _radius(self) -> float:
        most, default = max(self._size) / 2, max(1.0, max(self._size) / 8)
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
        return clamped((0, 0, clamp(value, 0.5, most, default)), self._size)[2]

    def _by_numbers(self, first: Sequence[Disc]) -> list[Disc]:
        """What is painted, as text, and a way to paint without a pointer."""
        height, width = self._size
        with st.popover("Exact values", help="Paint by row and column, or edit what is painted."):
            row, column = (
                float(clamp(_place(name, side), 0, side, side / 2))
                for name, side in (("Row", height), ("Column", width))
            )
            st.button(
                "Paint here",
                icon=":material/brush:",
                key=f"{self._name}_paint",
                on_click=self.add,
                args=([clamped((row, column, self.radius), self._size)],),
                help="A disc at this row and column, of the brush's radius.",
            )
            text = st.text_input(
                "Discs: row column radius, …",
                to_text(first),
                max_chars=1500,
                key=self._name,
                bind="query-params",
                help="All that is painted, in pixels from the upper left corner. It can be edited.",
            )
        try:
            return from_text(text or "", self._size)
        except BrushError as error:
            st.warning(str(error), icon=":material/info:")
            return []


def _place(name: str, side: int) -> float:
    help = "Of the middle of the next disc, in pixels from the upper left corner."
    return st.slider(name, 0.0, float(side), side / 2, 0.5, key=f"disc_{name.lower()}", help=help)


def count_in_words(discs: Sequence[Disc]) -> str:
    """ "1 disc", "2 discs"."""
    return f"{len(discs)} disc{'' if len(discs) == 1 else 's'}"
