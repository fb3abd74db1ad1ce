"""A round brush over a picture."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.ui.web import element
from realnvp.explore.brush import MAX_DISCS, Disc, clamped
from realnvp.image_encoding import data_url

_brush = element("brush")


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
