"""Which part of a picture is used."""

import numpy as np
import streamlit as st

from realnvp.images import Box, zoomed_box
from realnvp.recipes.encode import MAX_ZOOM
from ui.controls import clamp

# Keys of the sliders, which are their query parameters, with where they stand on arrival.
DEFAULTS = {"zoom": 1.0, "left_right": 50.0, "up_down": 50.0}


def reset_crop() -> None:
    """Back to the largest part in the middle; for the callback of what changes the picture."""
    st.session_state.update(DEFAULTS)


def crop(pixels: np.ndarray, size: tuple[int, int]) -> tuple[Box, dict[str, float]]:
    """The box that is cut out, with the values of those sliders that were moved, by their keys.

    Args:
        pixels: uint8 (H, W, 3).
        size: (H, W) of the model, whose proportions the box has.
    """
    with st.container(horizontal=True, gap="medium"):
        zoom = _slider(
            "Zoom",
            "zoom",
            (1.0, MAX_ZOOM, 0.1),
            "%.1f×",
            "How small a part is used. A face should fill it as the model's own pictures do:"
            " watch bits/dim fall when it does.",
        )
        _, _, width, height = zoomed_box(pixels, size, zoom, 0.0, 0.0)
        across = _slider(
            "Left-right",
            "left_right",
            (0.0, 100.0, 1.0),
            "%.0f %%",
            "Moves the part that is used, where there is room.",
            disabled=width == pixels.shape[1],
        )
        down = _slider(
            "Up-down",
            "up_down",
            (0.0, 100.0, 1.0),
            "%.0f %%",
            "Moves the part that is used, where there is room.",
            disabled=height == pixels.shape[0],
        )
    values = dict(zip(DEFAULTS, (zoom, across, down), strict=True))
    moved = {key: value for key, value in values.items() if value != DEFAULTS[key]}
    return zoomed_box(pixels, size, zoom, across / 100, down / 100), moved


def _slider(
    title: str,
    key: str,
    steps: tuple[float, float, float],
    form: str,
    help: str,
    *,
    disabled: bool = False,
) -> float:
    low, high, step = steps
    value = st.slider(
        title,
        low,
        high,
        DEFAULTS[key],
        step,
        format=form,
        key=key,
        bind="query-params",
        width=160,
        disabled=disabled,
        help=help,
    )
    return float(clamp(value, low, high, DEFAULTS[key]))
