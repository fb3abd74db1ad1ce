"""A picture with a box over it, to drag and to resize."""

import base64
import hashlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from explorer.ui.cache import cached
from explorer.ui.releases import hear, heard
from explorer.ui.web import element
from realnvp.fitting import Box
from realnvp.image_encoding import data_url

ROOM = 288  # of the longer side on the page, in CSS pixels
SHARP = 128  # pixels a side up to which every one of them can be seen
SENT = 512  # pixels a side that go to the browser: enough for a screen with small ones
FARTHEST = 1e6  # pixels; no picture is so large

_element = element("crop")


def crop_box(
    pixels: np.ndarray,
    box: Box,
    largest: tuple[float, float],
    zoom: float,
    on_release: Callable[[Box], None],
    *,
    key: str,
    alt: str,
    caption: str,
    label: str = "The part that is used",
) -> None:
    """The picture, uint8 (H, W, 3), with the box.

    Args:
        largest: (width, height) of the largest box with its proportions, before rounding.
        zoom: how many times smaller the smallest is.
        on_release: gets the box when it was let go; it may lie anywhere.
        caption: under the picture, with "{box}" where size and place of the box are to stand.
        label: what the box is around.
    """

    def released() -> None:
        sent = hear(key, st.session_state[key].release)
        box = None if sent is None else read_box(sent.get("box"))
        if box is not None:
            on_release(box)

    digest = hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest()
    height, width = pixels.shape[:2]
    _element(
        key=key,
        data={
            "source": cached(f"{key}_preview", (digest, width), lambda: preview(pixels)),
            "picture": digest,
            "width": width,
            "height": height,
            "box": list(box),
            "largest": list(largest),
            "zoom": zoom,
            "room": ROOM,
            "alt": alt,
            "label": label,
            "caption": caption,
            "hint": "Drag the box or a corner. Keys: arrows move it, with Shift further; + and −"
            " resize it; Home is all of it.",
        }
        | heard(key),
        on_release_change=released,
    )


def read_box(box: Any) -> Box | None:
    """The box as the browser sent it, whole pixels; None if it is none.

    Right and bottom are beyond left and top, but it need not lie inside of anything.
    """
    if not isinstance(box, list) or len(box) != 4:
        return None
    if not all(isinstance(side, int | float) and abs(side) < FARTHEST for side in box):
        return None
    left, top, right, bottom = map(round, box)
    if right <= left or bottom <= top:
        return None
    return left, top, right, bottom


def preview(pixels: np.ndarray) -> str:
    """The picture as a URL: a small one to the last bit, of a large one what can be seen."""
    if max(pixels.shape[:2]) <= SHARP:
        return data_url(pixels)
    image = Image.fromarray(pixels)
    image.thumbnail((SENT, SENT))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
