"""Pixels on the page, to the last bit."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.ui.web import element
from realnvp.image_encoding import data_url
from realnvp.viz import GAP, image_grid

_row = element("figures")


@dataclass(frozen=True)
class Live:
    """Sliders that a figure follows while they are held.

    Args:
        token: of a `Grid` that draws what they stand at.
        sliders: their keys.
        values: what they stood at when the figure was drawn.
        alt: of a picture on the way; "{}" becomes the sliders' values.
    """

    token: str
    sliders: Sequence[str]
    values: Sequence[float]
    alt: str


@dataclass(frozen=True)
class Figure:
    """One picture on the page.

    Args:
        pixels: uint8 (H, W, 3 or 4).
        alt: what someone who cannot see it should hear, the parameters included.
        caption: under it.
        room: the widest it may become, in CSS pixels.
        columns, gap: how the tiles in it lie, if it has labels or titles.
        labels: a short text on each tile; "" for none.
        titles: what each tile is, for tiles that can be pressed.
        pressed: the tile that is chosen.
        live: what it follows, if anything.
    """

    pixels: np.ndarray
    alt: str
    caption: str = ""
    room: int = 900
    columns: int = 1
    gap: int = 0
    labels: Sequence[str] = ()
    titles: Sequence[str] = ()
    pressed: int | None = None
    live: Live | None = None

    def plain(self) -> dict[str, Any]:
        """For the browser."""
        return {
            "source": data_url(self.pixels),
            "width": self.pixels.shape[1],
            "alt": self.alt,
            "caption": self.caption,
            "room": self.room,
            "columns": self.columns,
            "gap": self.gap,
            "labels": list(self.labels),
            "titles": list(self.titles),
            "pressed": self.pressed,
            "live": asdict(self.live) if self.live else None,
        }


def show_figures(figures: Sequence[Figure], *, key: str) -> None:
    """Figures beside each other, as many in a row as there is room for."""
    _row(key=key, data=[figure.plain() for figure in figures], on_pick_change=_ignore)


def pick_in(figure: Figure, on_press: Callable[[int], None], *, key: str) -> None:
    """A figure whose tiles can be pressed: `on_press` gets the index of the one that was."""

    def pressed() -> None:
        index = st.session_state[key].pick
        if isinstance(index, int) and 0 <= index < len(figure.titles):
            on_press(index)

    _row(key=key, data=[figure.plain()], on_pick_change=pressed)


def show_tiles(
    images: Tensor,
    columns: int,
    *,
    key: str,
    alt: str,
    caption: str = "",
    labels: Sequence[str] = (),
    room: int = 900,
    titles: Sequence[str] = (),
    pressed: int | None = None,
    on_press: Callable[[int], None] | None = None,
    live: Live | None = None,
) -> np.ndarray:
    """Pictures, uint8 (N, C, H, W), in rows of `columns`; gives back the pixels shown."""
    pixels = image_grid(images, columns, GAP)
    figure = Figure(pixels, alt, caption, room, columns, GAP, labels, titles, pressed, live)
    if on_press is None:
        show_figures([figure], key=key)
    else:
        pick_in(figure, on_press, key=key)
    return pixels


def choose_tile(
    images: Tensor, columns: int, *, key: str, titles: Sequence[str], **look: Any
) -> tuple[np.ndarray, int | None]:
    """`show_tiles` with tiles to press: the pixels, and the index of the one that was pressed."""
    state = f"{key}_chosen"
    chosen = st.session_state.get(state)
    if chosen is not None and chosen >= len(titles):
        chosen = None
    pixels = show_tiles(
        images,
        columns,
        key=key,
        titles=titles,
        pressed=chosen,
        on_press=lambda index: st.session_state.update({state: index}),
        **look,
    )
    return pixels, chosen


def _ignore() -> None:
    """Nothing can be pressed here."""
