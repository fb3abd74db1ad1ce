"""Which part of a picture is used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from explorer.ui import address
from explorer.ui.controls import clamp, slider
from explorer.ui.crop_box import ROOM, crop_box
from explorer.views.crops import MAX_ZOOM, Cropped
from explorer.views.settings import Slider
from realnvp.faces import face_box
from realnvp.fitting import Box, zoomed_box

# Keys of the sliders, which are their query parameters, with where they stand on arrival. A latent
# picker has its own, with the prefix of its settings.
DEFAULTS: dict[str, float] = {name: info.default for name, info in Cropped.model_fields.items()}
ON_A_FACE = "The box starts on a face that was found; move it as you like."
_LOOKED_AT = "crop_looked_at"  # the page, the picture that was searched, and what was found


def reset_crop(prefix: str = "") -> None:
    """Back to the largest part in the middle; for the callback of what changes the picture."""
    _move(DEFAULTS, prefix)
    st.session_state.pop(prefix + _LOOKED_AT, None)


def start_on_a_face(pixels: np.ndarray, size: tuple[int, int], prefix: str = "") -> str:
    """Before `crop`: the box goes to a face, once for a picture, unless somebody has placed it.

    Args:
        pixels: uint8 (H, W, 3); the same object as long as it is the same picture.
        size: (H, W) of the model.
        prefix: of the sliders' keys.

    Returns:
        what to say below the box; "" where nothing was found, or the box was moved since.
    """
    looked_at: tuple[str | None, Any, dict[str, float]]
    looked_at = st.session_state.get(prefix + _LOOKED_AT, (None, None, {}))
    page, searched, found = looked_at
    now = {key: _stands_at(key, prefix) for key in DEFAULTS}
    if searched is not pixels or page != address.here():
        found = {}
        if now == DEFAULTS:  # else it was placed, by the visitor or by a link
            box = face_box(pixels, size, MAX_ZOOM)
            if box is not None:
                found = sliders_of(box, pixels, size)
                _move(found, prefix)
                now = found
        st.session_state[prefix + _LOOKED_AT] = address.here(), pixels, found
    return ON_A_FACE if found and now == found else ""


def _stands_at(name: str, prefix: str) -> Any:
    """Where a slider stands, or will when it is drawn for the first time."""
    key = prefix + name
    return st.session_state.get(key, st.query_params.get(key, DEFAULTS[name]))


def _move(found: dict[str, float], prefix: str) -> None:
    st.session_state.update({prefix + name: value for name, value in found.items()})


def crop(
    pixels: np.ndarray,
    size: tuple[int, int],
    name: str,
    notes: Sequence[str] = (),
    said: str = "",
    prefix: str = "",
) -> dict[str, float]:
    """The picture with the box that is cut out; gives the sliders that were moved.

    Args:
        pixels: uint8 (H, W, 3).
        size: (H, W) of the model, whose proportions the box has.
        name: of the picture, for people.
        notes: what was decided when it was read.
        said: a sentence below the box, if there is something to say.
        prefix: of the sliders' keys.
    """
    with st.container(width=ROOM):
        place = st.container()
        if said:
            st.caption(said)
        with st.popover("Exact values", help="The same box, by size and place."):
            values = _sliders(pixels, size, prefix)
        box = Cropped(**values).box(pixels, size)
        left, top, right, bottom = box
        with place:
            crop_box(
                pixels,
                box,
                _largest(pixels, size),
                MAX_ZOOM,
                lambda found: _move(sliders_of(found, pixels, size), prefix),
                key=f"{prefix}crop",
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


def _sliders(pixels: np.ndarray, size: tuple[int, int], prefix: str) -> dict[str, float]:
    """Zoom, and where the box lies from left to right and from top to bottom, in percent."""
    zoom = _slider("zoom", prefix)
    _, _, width, height = zoomed_box(pixels, size, zoom, 0.0, 0.0)
    across = _slider("left_right", prefix, is_free=width < pixels.shape[1])
    down = _slider("up_down", prefix, is_free=height < pixels.shape[0])
    return {"zoom": zoom, "left_right": across, "up_down": down}


def _slider(name: str, prefix: str, *, is_free: bool = True) -> float:
    setting, default = Cropped.setting_of(name), DEFAULTS[name]
    assert isinstance(setting, Slider)
    return slider(setting, prefix + name, default, disabled=not is_free)
