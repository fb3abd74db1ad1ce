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
class Action:
    """What can be done with a tile that was pressed: a button beside it.

    Args:
        name: for the page.
        label: on the button.
        help: what it does, in a sentence.
    """

    name: str
    label: str
    help: str


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
        heads: what stands before the rows, and over the columns.
        pressed: the tile that is chosen.
        actions: of a tile that is pressed; where there are some, the page hears of these alone.
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
    actions: Sequence[Action] = ()
    heads: tuple[Sequence[str], Sequence[str]] = ((), ())
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
            "heads": [list(side) for side in self.heads],
            "actions": [asdict(action) for action in self.actions],
            "live": asdict(self.live) if self.live else None,
        }


def show_figures(figures: Sequence[Figure], *, key: str) -> None:
    """Figures beside each other, as many in a row as there is room for."""
    _show(figures, key=key)


def pick_in(figure: Figure, on_press: Callable[[int], None], *, key: str) -> None:
    """A figure whose tiles can be pressed: `on_press` gets the index of the one that was."""

    def pressed() -> None:
        index = st.session_state[key].pick
        if isinstance(index, int) and 0 <= index < len(figure.titles):
            on_press(index)

    _show([figure], key=key, on_pick=pressed)


def act_in(figures: Sequence[Figure], on_action: Callable[[int, str], None], *, key: str) -> None:
    """Figures whose tiles show their actions when they are pressed.

    Args:
        on_action: gets the index of the tile, counted over all figures, and the action's name.
    """
    titles = [title for figure in figures for title in figure.titles]
    names = {action.name for figure in figures for action in figure.actions}

    def asked() -> None:
        st.session_state[_answers_of(key)] = _answers(key) + 1
        asked = st.session_state[key].act
        if not isinstance(asked, dict):
            return
        index, name = asked.get("index"), asked.get("name")
        if isinstance(index, int) and 0 <= index < len(titles) and name in names:
            on_action(index, name)

    _show(figures, key=key, on_act=asked)


def _show(
    figures: Sequence[Figure],
    *,
    key: str,
    on_pick: Callable[[], None] = lambda: None,
    on_act: Callable[[], None] = lambda: None,
) -> None:
    data = [figure.plain() | {"answers": _answers(key)} for figure in figures]
    _row(key=key, data=data, on_pick_change=on_pick, on_act_change=on_act)


def _answers(key: str) -> int:
    """How many actions were answered: with each the browser learns that its own one was."""
    return int(st.session_state.get(_answers_of(key), 0))


def _answers_of(key: str) -> str:
    return f"{key}_answers"


def tiles_of(
    images: Tensor,
    columns: int,
    *,
    alt: str,
    caption: str = "",
    labels: Sequence[str] = (),
    room: int = 900,
    titles: Sequence[str] = (),
    pressed: int | None = None,
    heads: tuple[Sequence[str], Sequence[str]] = ((), ()),
    live: Live | None = None,
) -> Figure:
    """Pictures, uint8 (N, C, H, W), in rows of `columns`, as one figure."""
    pixels = image_grid(images, columns, GAP)
    return Figure(
        pixels,
        alt,
        caption,
        room,
        columns,
        GAP,
        labels,
        titles,
        pressed=pressed,
        heads=heads,
        live=live,
    )


def show_tiles(
    images: Tensor,
    columns: int,
    *,
    key: str,
    on_press: Callable[[int], None] | None = None,
    **look: Any,
) -> np.ndarray:
    """`tiles_of` on the page; gives back the pixels shown."""
    figure = tiles_of(images, columns, **look)
    if on_press is None:
        show_figures([figure], key=key)
    else:
        pick_in(figure, on_press, key=key)
    return figure.pixels
