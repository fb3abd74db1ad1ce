"""A round brush over a picture."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from realnvp.explore.brush import MAX_DISCS, Disc, clamped
from realnvp.image_encoding import data_url

_CSS = """
.board { position: relative; max-width: 100%; }
img { display: block; width: 100%; image-rendering: pixelated; }
canvas {
  position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated;
  cursor: crosshair; touch-action: none;
}
.words {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
"""

# The canvas has the picture's own pixels, so what is marked is what the server will take: those
# whose middle lies within the radius. A stroke is shown while it is drawn and sent when it ends.
_JS = """
const half = (value) => Math.round(2 * value) / 2;

const paint = (canvas, discs) => {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--st-primary-color") || "#08c";
  for (let row = 0; row < canvas.height; row++)
    for (let column = 0; column < canvas.width; column++)
      if (discs.some(([r, c, radius]) => Math.hypot(row + .5 - r, column + .5 - c) <= radius))
        context.fillRect(column, row, 1, 1);
};

const extend = (stroke, [row, column], radius, most) => {
  const spacing = Math.max(.5, radius / 2);
  while (stroke.length < most) {
    const [r, c] = stroke[stroke.length - 1], way = Math.hypot(row - r, column - c);
    if (way < spacing) return;
    const step = spacing / way;
    const next = [half(r + step * (row - r)), half(c + step * (column - c)), radius];
    if (next[0] === r && next[1] === c) return;
    stroke.push(next);
  }
};

export default function ({ data, parentElement, setTriggerValue }) {
  const board = parentElement.querySelector(".board"), image = board.querySelector("img");
  const canvas = board.querySelector("canvas");
  image.src = data.source;
  image.alt = data.alt;
  const words = parentElement.querySelector(".words");
  words.textContent = data.caption;
  if (canvas.width !== data.width) canvas.width = data.width;
  if (canvas.height !== data.height) canvas.height = data.height;
  canvas.style.opacity = .55;
  const draw = () => paint(canvas, [...data.discs, ...(canvas.stroke || [])]);
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      (event.clientY - box.top) / box.height * data.height,
      (event.clientX - box.left) / box.width * data.width,
    ];
  };
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.stroke = [[...place(event).map(half), data.radius]];
    draw();
  };
  canvas.onpointermove = (event) => {
    if (!canvas.stroke) return;
    extend(canvas.stroke, place(event), data.radius, data.most);
    draw();
  };
  canvas.onpointerup = () => {
    const stroke = canvas.stroke;
    canvas.stroke = null;
    if (!stroke) return;
    data.discs.push(...stroke);
    setTriggerValue("stroke", stroke.map(([row, column]) => [row, column]));
  };
  canvas.onpointercancel = () => { canvas.stroke = null; draw(); };
  draw();
  board.resize = () => {
    const room = Math.min(data.room, words.clientWidth), ratio = devicePixelRatio || 1;
    const scale = Math.floor(room * ratio / data.width);
    board.style.width = `${scale < 3 ? room : scale * data.width / ratio}px`;
  };
  board.observer ??= new ResizeObserver(() => board.resize());
  board.observer.observe(words);
  return () => board.observer.disconnect();
}
"""

_brush = st.components.v2.component(
    "realnvp.brush",
    html='<div class="board"><img><canvas></canvas></div><div class="words"></div>',
    css=_CSS,
    js=_JS,
)


def brush(
    pixels: np.ndarray,
    discs: Sequence[Disc],
    radius: float,
    on_stroke: Callable[[list[Disc]], None],
    *,
    key: str,
    alt: str,
    caption: str,
    room: int,
) -> None:
    """A picture, uint8 (H, W, 3), to press and drag on.

    Args:
        discs: what is painted already.
        radius: of the brush, in pixels of the picture.
        on_stroke: gets the discs of a stroke when it ends, inside the picture.
    """
    height, width = pixels.shape[:2]

    def stroke() -> None:
        on_stroke(read_stroke(st.session_state[key].stroke, radius, (height, width)))

    data = {
        "source": data_url(pixels),
        "width": width,
        "height": height,
        "discs": [list(disc) for disc in discs],
        "radius": radius,
        "most": MAX_DISCS,
        "alt": alt,
        "caption": caption,
        "room": room,
    }
    _brush(key=key, data=data, on_stroke_change=stroke)


def read_stroke(sent: Any, radius: float, size: tuple[int, int]) -> list[Disc]:
    """The discs of a stroke as the browser sent it, which may be anything."""
    if not isinstance(sent, list):
        return []
    return [clamped((*place, radius), size) for place in sent[:MAX_DISCS] if _is_place(place)]


def _is_place(place: Any) -> bool:
    """Two numbers that are finite."""
    if not isinstance(place, list) or len(place) != 2:
        return False
    return all(isinstance(value, int | float) and abs(value) < 1e6 for value in place)
