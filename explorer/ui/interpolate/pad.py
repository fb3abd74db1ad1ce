"""What the page Interpolate lets a visitor drag over."""

import random
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st
from torch import Tensor

from explorer.recipes.fields import MAX_SEED
from explorer.ui.bits import note_below_zero
from explorer.ui.controls import whole
from explorer.ui.interpolate.manifold import FORMULA, turn_picker
from explorer.ui.interpolate.subject import joined, offer_frame
from explorer.ui.pad import Scale, Surface
from explorer.ui.source import Source
from realnvp import RealNVP
from realnvp.explore.frames import Frames
from realnvp.explore.pads import (
    Points,
    level_temperature,
    over_levels,
    over_manifold,
    over_plane,
)
from realnvp.numerals import numeral

OVER = ("four latents", "a plane", "two levels")
FORMULAS = {
    "four latents": FORMULA,
    "a plane": r"z = z_A + \sqrt{D}\,(x\,u + y\,v), \qquad u \perp v \perp z_A",
    "two levels": r"z = (z_1, \dots, z_L), \qquad z_i \to T_i\, z_i",
}
NOTICE = {
    "four latents": "The corners are the four latents. No picture between them was stored: each is"
    " decoded when you get there. Is there a place where one person ends and another begins?",
    "a plane": "The middle is A; the two directions are chosen by chance. In any direction the"
    " picture changes bit by bit, and nowhere is there a wall.",
    "two levels": "The finest level warms or calms texture; the coarsest decides what there is. At"
    " 0 a level has its most likely value, at 1 its own, beyond it is overdone.",
}


def over_picker(flow: RealNVP) -> str:
    """What the pad is over, one of `OVER`."""
    offered = OVER if flow.config.num_levels > 1 else OVER[:2]
    over = st.segmented_control(
        "Drag over",
        offered,
        default=OVER[0],
        required=True,
        key="over",
        bind="query-params",
        help="The manifold of four latents, a plane of directions drawn by chance through A, or the"
        " temperatures of two levels of A.",
    )
    return over if over in offered else OVER[0]


def surface_settings(flow: RealNVP, over: str) -> dict[str, Any]:
    """The settings of what is dragged over, as entries of a recipe."""
    if over == "four latents":
        return {"turn": turn_picker()}
    if over == "a plane":
        return _plane()
    return {"levels": _levels(flow.config.num_levels)}


def surface_of(
    flow: RealNVP, over: str, settings: dict[str, Any], sources: list[Source]
) -> Surface:
    """What is dragged over."""
    latents, labels = joined(sources)
    made_of = [latents, labels, *settings.values()]
    if over == "four latents":
        angle = 90 if settings["turn"] == "quarter" else 360
        return Surface(
            "Manifold of four latents",
            partial(over_manifold, latents, labels, turn=settings["turn"]),
            made_of,
            (Scale("φ′", 0, angle, 0, "°"), Scale("φ", angle, 0, 0, "°")),
            "ABCD" if settings["turn"] == "quarter" else "",
        )
    if over == "a plane":
        points = partial(
            over_plane, latents, labels, seed=settings["plane"], keep_norm=settings["keep_norm"]
        )
        scales = Scale("x", -1, 1), Scale("y", -1, 1)
        return Surface(f"Plane through {sources[0].name}", points, made_of, scales)
    ends = level_temperature(-1), level_temperature(1)
    across, up = (Scale(f"level {level} ×", *ends) for level in settings["levels"])
    points = partial(_over_levels, weakref.ref(flow), latents, labels, settings["levels"])
    return Surface(f"Levels of {sources[0].name}", points, made_of, (across, up))


def _over_levels(
    flow: Callable[[], RealNVP],
    z: Tensor,
    labels: Tensor | None,
    levels: list[int],
    xs: Sequence[float],
    ys: Sequence[float],
) -> Points:
    """`over_levels` of levels counted from 1.

    Args:
        flow: a weak reference: the model is not kept alive by it.
    """
    first, second = levels
    return over_levels(flow(), z, labels, xs, ys, (first - 1, second - 1))


def _plane() -> dict[str, Any]:
    def draw() -> None:
        st.session_state["plane"] = float(random.randrange(MAX_SEED + 1))

    seed = st.number_input(
        "Directions",
        0.0,
        float(MAX_SEED),
        step=1.0,
        format="%.0f",
        key="plane",
        bind="query-params",
        width=130,
        help="The seed of the two directions, at right angles to each other and to A.",
    )
    st.button("New", key="plane_new", on_click=draw, help="Two directions by chance.")
    keep_norm = st.toggle(
        "Keep the norm",
        True,
        key="keep_norm",
        bind="query-params",
        help="Stay on the sphere of A. Without, ‖z‖ grows towards the corners: colours become"
        " harsh, as at a high temperature.",
    )
    return {"plane": whole(seed, 0, MAX_SEED, 0), "keep_norm": bool(keep_norm)}


def _levels(count: int) -> list[int]:
    levels = list(range(1, count + 1))
    across = _level("Left to right", "across", levels, 0)
    others = [level for level in levels if level != across]
    up = _level("Bottom to top", "up", others, len(others) - 1)
    return [across, up]


def _level(label: str, key: str, levels: list[int], default: int) -> int:
    level = st.selectbox(
        f"{label}: level",
        levels,
        index=default,
        key=key,
        bind="query-params",
        width=170,
        help="Level 1 is the finest.",
    )
    return level if level in levels else levels[default]


def show_place(frames: Frames, over: str, words: str, recipe: dict[str, Any]) -> None:
    """Numbers of the place where the pad was let go, what to do with it, the files."""
    bits = float(frames.bits_per_dim[0])
    st.caption(f"At {words}: ‖z‖/√D = {frames.norm_ratios[0]:.3f}, {numeral(bits)} bits/dim.")
    note_below_zero(bits)
    offer_frame(frames, 0, words, recipe, key="place")
    st.latex(FORMULAS[over])
    st.markdown(NOTICE[over])
