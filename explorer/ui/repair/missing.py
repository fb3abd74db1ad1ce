"""The controls that say what is missing of a picture."""

from typing import Any

import streamlit as st
from torch import Tensor

from explorer.ui.brush import brush
from explorer.ui.crop_box import crop_box
from explorer.ui.form import Form
from explorer.ui.painting import Painting, count_in_words
from explorer.views.repair import Boxed, Painted
from realnvp.fitting import Box
from realnvp.viz import to_rgb

SIDE = 288  # of the picture, in CSS pixels
SMALLEST = 64.0  # how many times smaller than the largest a box may become


def choose_missing(problem: Form[Any], image: Tensor, name: str) -> None:
    """What is missing of a picture, uint8 (1, C, H, W), in the way that was chosen."""
    if problem.kind is Painted:
        _paint(problem, image, name)
    elif problem.kind is Boxed:
        _frame(problem, image, name)
    else:
        problem.show()


def _paint(form: Form[Any], image: Tensor, name: str) -> None:
    size = (image.shape[2], image.shape[3])
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        painting = Painting("hole", size)
        discs = painting.show(form.default("discs"))
    form.set("discs", tuple(discs))
    with place:
        brush(
            to_rgb(image)[0],
            discs,
            painting.radius,
            painting.add,
            key="hole_brush",
            alt=f"{name}, to paint on: {count_in_words(discs)} missing",
            caption="Press or drag to paint what is to be missing.",
            room=SIDE,
        )


def _frame(form: Form[Any], image: Tensor, name: str) -> None:
    size = (image.shape[2], image.shape[3])
    place = st.container()
    with st.popover("Exact values", help="The same box, by its sides; of any proportions."):
        form.show()
    box = form.view().sides(size)
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        st.caption("This box holds no pixel: nothing is missing.")
        return
    with place:
        crop_box(
            to_rgb(image)[0],
            box,
            _largest(box, size),
            SMALLEST,
            lambda found: st.session_state.update(_percents(found, size)),
            key="hole_box",
            alt=f"{name}, with a box around what is missing: {right - left} × {bottom - top}"
            f" pixels from {left}, {top}",
            caption="Missing: {box}",
            label="The part that is missing",
        )


def _largest(box: Box, size: tuple[int, int]) -> tuple[float, float]:
    """Width and height of the largest box with the proportions of this one."""
    left, top, right, bottom = box
    scale = min(size[1] / (right - left), size[0] / (bottom - top))
    return scale * (right - left), scale * (bottom - top)


def _percents(box: Box, size: tuple[int, int]) -> dict[str, tuple[float, float]]:
    """Where the sliders stand for a box, by their keys."""
    left, top, right, bottom = box
    ends = {"box_rows": (top, bottom, size[0]), "box_columns": (left, right, size[1])}
    return {
        key: (_percent(first, length), _percent(last, length))
        for key, (first, last, length) in ends.items()
    }


def _percent(place: int, length: int) -> float:
    return round(100 * min(max(place, 0), length) / length, 1)
