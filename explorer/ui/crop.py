"""Which part of a picture is used."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.ui.controls import clamp
from explorer.ui.crop_box import ROOM, crop_box
from explorer.ui.form import slider
from explorer.views.pictures import MAX_ZOOM, Picture
from explorer.views.settings import Slider
from realnvp.fitting import Box, zoomed_box

# Keys of the sliders, which are their query parameters, with where they stand on arrival.
DEFAULTS: dict[str, float] = {name: info.default for name, info in Picture.model_fields.items()}


def reset_crop() -> None:
    """Back to the largest part in the middle; for the callback of what changes the picture."""
    st.session_state.update(DEFAULTS)


def crop(
    pixels: np.ndarray, size: tuple[int, int], name: str, notes: Sequence[str] = ()
) -> dict[str, float]:
    """The picture with the box that is cut out; gives the sliders that were moved.

    Args:
        pixels: uint8 (H, W, 3).
        size: (H, W) of the model, whose proportions the box has.
        name: of the picture, for people.
        notes: what was decided when it was read.
    """
    with st.container(width=ROOM):
        place = st.container()
        with st.popover("Exact values", help="The same box, by size and place."):
            values = _sliders(pixels, size)
        box = Picture(**values).box(pixels, size)
        left, top, right, bottom = box
        with place:
            crop_box(
                pixels,
                box,
                _largest(pixels, size),
                MAX_ZOOM,
                lambda found: st.session_state.update(sliders_of(found, pixels, size)),
                key="crop",
                alt=f"{name}, with a box around the part that is used: {right - left} ×"
                f" {bottom - top} pixels from {left}, {top}",
                caption="".join(["The part that is used: {box}", *(f"; {note}" for note in notes)]),
            )
    return {key: value for key, value in values.items() if value != DEFAULTS[key]}


def sliders_of(box: Box, pixels: np.ndarray, size: tuple[int, int]) -> dict[str, float]:
    """Where the sliders stand for a box; `zoomed_box` gives it again, or the nearest there is.

    Args:
        box: with the proportions of size (H, W); its height is not looked at.
    """
    left, top, right, _ = box
    zoom = round(clamp(_largest(pixels, size)[0] / (right - left), 1.0, MAX_ZOOM, 1.0), 4)
    _, _, width, height = zoomed_box(pixels, size, zoom, 0.0, 0.0)
    rooms = pixels.shape[1] - width, pixels.shape[0] - height
    return {
        "zoom": zoom,
        "left_right": _percent(left, rooms[0]),
        "up_down": _percent(top, rooms[1]),
    }


def _largest(pixels: np.ndarray, size: tuple[int, int]) -> tuple[float, float]:
    """Width and height of the largest box, before rounding."""
    scale = min(pixels.shape[0] / size[0], pixels.shape[1] / size[1])
    return scale * size[1], scale * size[0]


def _percent(start: int, room: int) -> float:
    """What puts a box at `start` where it has `room` to move, in pixels."""
    start = min(max(start, 0), room)
    if start == room // 2:
        return 50.0
    if start in (0, room):
        return 100.0 * start / room
    # The middle of the percentages that mean this pixel: two digits tell a thousand of them apart.
    return round(100 * (start + 0.5) / room, 2)


def _sliders(pixels: np.ndarray, size: tuple[int, int]) -> dict[str, float]:
    """Zoom, and where the box lies from left to right and from top to bottom, in percent."""
    zoom = _slider("zoom")
    _, _, width, height = zoomed_box(pixels, size, zoom, 0.0, 0.0)
    across = _slider("left_right", is_free=width < pixels.shape[1])
    down = _slider("up_down", is_free=height < pixels.shape[0])
    return {"zoom": zoom, "left_right": across, "up_down": down}


def _slider(key: str, *, is_free: bool = True) -> float:
    setting, default = Picture.setting_of(key), DEFAULTS[key]
    assert isinstance(setting, Slider)
    value = slider(setting, key, default, disabled=not is_free)
    return float(clamp(value, setting.low, setting.high, default))
