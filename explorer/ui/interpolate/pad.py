"""What the page Interpolate lets a visitor drag over."""

import weakref
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from explorer.ui.bits import note_below_zero
from explorer.ui.form import Form
from explorer.ui.interpolate.manifold import FORMULA
from explorer.ui.interpolate.subject import Subject
from explorer.ui.pad import Scale, Surface, drag, manifold_scales
from explorer.ui.source import Source
from explorer.views.interpolate import OverLevels, OverManifold, OverPlane, Pad
from explorer.views.latents import Latent
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.explore.frames import Frames
from realnvp.explore.pads import Points, level_temperature
from realnvp.numerals import numeral

Over = OverManifold | OverPlane | OverLevels
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


def show(subject: Subject) -> None:
    """The pad, with the numbers of the place where it was let go."""
    pad = subject.way
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        over = pad.part("over")
        if over.kind is OverLevels:
            _choose_levels(over)
        over.show()
    pictures = st.container()
    sources = subject.latent_pickers(over)
    surface = surface_of(subject.flow, over.view(), sources)
    place: list[FramesResult] = []

    def draw(x: float, y: float) -> Frames:
        pad.set("x", x)
        pad.set("y", y)
        place.append(subject.draw(sources))
        return place[-1].frames

    with pictures:
        frames, at = drag(subject.flow, surface, key="pad", draw=draw)
        words, bits = surface.words(*at), float(frames.bits[0])
        norm = frames.norm_ratios[0]
        st.caption(f"At {words}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim.")
        note_below_zero(bits)
        subject.offer_frame(place[-1], 0, words, key="place")
        view: Pad = pad.view()
        st.latex(FORMULAS[view.over.over])
        st.markdown(NOTICE[view.over.over])
    subject.take_away(place[-1])


def _choose_levels(over: Form[OverLevels]) -> None:
    levels = list(range(1, over.flow.config.num_levels + 1))
    across = over.choose("across", levels)
    over.choose("up", [level for level in levels if level != across], otherwise=-1)


def surface_of(flow: RealNVP, over: Over, sources: Sequence[Source]) -> Surface:
    """What is dragged over."""
    made = tuple(source.made for source in sources)
    parts = [part for latent in made for part in (latent.z, latent.labels)]
    made_of = [*parts, over.model_dump_json(exclude=set("abcd"))]
    points = partial(_points, weakref.ref(flow), over, made)
    if isinstance(over, OverManifold):
        angle = 90 if over.turn == "quarter" else 360
        corners = "ABCD" if over.turn == "quarter" else ""
        return Surface("Manifold of four latents", points, made_of, manifold_scales(angle), corners)
    if isinstance(over, OverPlane):
        scales = Scale("x", -1, 1), Scale("y", -1, 1)
        return Surface(f"Plane through {sources[0].name}", points, made_of, scales)
    ends = level_temperature(-1), level_temperature(1)
    scales = Scale(f"level {over.across} ×", *ends), Scale(f"level {over.up} ×", *ends)
    return Surface(f"Levels of {sources[0].name}", points, made_of, scales)


def _points(
    flow: Callable[[], RealNVP | None],
    over: Over,
    made: tuple[Latent, ...],
    xs: Sequence[float],
    ys: Sequence[float],
) -> Points:
    """`over.points`.

    Args:
        flow: a weak reference: the model is not kept alive by it.
    """
    there = flow()
    assert there is not None
    return over.points(there, made, xs, ys)
