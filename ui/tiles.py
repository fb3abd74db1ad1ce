"""Pixels on the page, to the last bit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from realnvp.images import data_url
from realnvp.viz import GAP, image_grid

# One picture for all tiles: 64 small ones would take longer to send and to decode. A source pixel
# becomes a whole number of the screen's, so that all look the same size; below three, where a phone
# has no room to give away, the width is filled instead.
_CSS = """
.row {
  display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(8rem, 45%), 1fr));
}
figure { margin: 0; min-width: 0; }
.sheet { position: relative; max-width: 100%; container-type: inline-size; }
img { display: block; width: 100%; image-rendering: pixelated; }
.cells { position: absolute; inset: 0; display: grid; }
.cell { position: relative; min-width: 0; padding: 0; border: 0; background: none; }
button.cell { cursor: pointer; }
button.cell:hover, button.cell:focus-visible { outline: 2px solid var(--st-text-color); }
button.cell[aria-pressed=true] { outline: 3px solid var(--st-primary-color); }
.cell span {
  position: absolute; left: 0; bottom: 0; padding: 0 .25em; color: #fff; background: #000a;
  font: 500 clamp(8px, 1.6cqw, 12px)/1.5 var(--st-font); border-top-right-radius: 3px;
}
figcaption {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
"""

_JS = """
const element = (name, kind) => Object.assign(document.createElement(name), { className: kind });

const build = (row) => {
  const figure = element("figure", "");
  const sheet = element("div", "sheet");
  sheet.append(element("img", ""), element("div", "cells"));
  figure.append(sheet, element("figcaption", ""));
  row.append(figure);
};

const fill = (figure, data, press) => {
  figure.querySelector("figcaption").textContent = data.caption;
  // The old picture stays until the new one is decoded: nothing flickers while a slider moves.
  const next = Object.assign(new Image(), { src: data.source, alt: data.alt });
  figure.next = next;
  next.decode().catch(() => {}).then(() => {
    if (figure.next === next) figure.querySelector("img").replaceWith(next);
  });
  fillCells(figure.querySelector(".cells"), data, press);
};

// Cells that are there already are kept: sixty-four new ones cost more than the picture.
const fillCells = (cells, data, press) => {
  cells.style.gridTemplateColumns = `repeat(${data.columns}, 1fr)`;
  cells.style.gap = `${(data.gap / data.width) * 100}cqw`;
  const count = Math.max(data.labels.length, data.titles.length);
  const kind = data.titles.length ? "button" : "div";
  if (cells.children.length !== count || cells.firstChild?.localName !== kind) {
    cells.replaceChildren(...Array.from({ length: count }, () => element(kind, "cell")));
  }
  [...cells.children].forEach((cell, index) => fillCell(cell, data, index, press));
};

const fillCell = (cell, data, index, press) => {
  const title = data.titles[index], text = data.labels[index];
  if (title) {
    if (cell.title !== title) cell.ariaLabel = cell.title = title;
    const pressed = String(index === data.pressed);
    if (cell.ariaPressed !== pressed) cell.ariaPressed = pressed;
    cell.onclick = () => press(index);
  }
  if (cell.textContent !== (text ?? "")) {
    const label = Object.assign(element("span", ""), { textContent: text });
    cell.replaceChildren(...(text ? [label] : []));
  }
};

const resize = (figure, data) => {
  const room = Math.min(figure.clientWidth, data.room) * devicePixelRatio;
  const times = Math.floor(room / data.width);
  const width = (times > 2 ? times * data.width : room) / devicePixelRatio;
  figure.querySelector(".sheet").style.width = `${width}px`;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row");
  while (row.children.length > data.length) row.lastChild.remove();
  while (row.children.length < data.length) build(row);
  const figures = [...row.children];
  figures.forEach((figure, i) => fill(figure, data[i], (at) => setTriggerValue("pick", at)));
  // This runs at every update: one observer serves them all, and looks anew when told again.
  row.resize = () => figures.forEach((f, i) => resize(f, data[i]));
  row.observer ??= new ResizeObserver(() => row.resize());
  row.observer.observe(row);
  return () => row.observer.disconnect();
}
"""

_row = st.components.v2.component(
    "realnvp.figures", html='<div class="row"></div>', css=_CSS, js=_JS
)


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
) -> np.ndarray:
    """Pictures, uint8 (N, C, H, W), in rows of `columns`; gives back the pixels shown."""
    pixels = image_grid(images, columns, GAP)
    figure = Figure(pixels, alt, caption, room, columns, GAP, labels, titles, pressed)
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
