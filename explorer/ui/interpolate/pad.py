"""What the page Interpolate lets a visitor drag over."""

import weakref
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from explorer.ui.bits import note_below_zero
from explorer.ui.form import Form
from explorer.ui.interpolate.manifold import FORMULA
from explorer.ui.interpolate.subject import Subject
from explorer.ui.pad import (
    Scale,
    Surface,
    Thumbnail,
    drag,
    manifold_scales,
    pressed_thumbnail,
)
from explorer.ui.source import Source
from explorer.views.interpolate import OverLevels, OverManifold, OverPlane, Pad
from explorer.views.latents import Latent
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.explore.frames import Frames, norm_ratios
from realnvp.explore.pads import Points, level_temperature
from realnvp.numerals import numeral

Over = OverManifold | OverPlane | OverLevels
FORMULAS = {
    "four latents": FORMULA,
    "a plane": r"z = z_A + \sqrt{D}\,(x\,u + y\,v), \qquad u \perp v \perp z_A",
    "two levels": r"z = (z_1, \dots, z_L), \qquad z_i \to T_i\, z_i",
}
SEEN = 0.0005  # of ‖z‖/√D, in the digits that are shown


def show(subject: Subject) -> None:
    """The pad, with the numbers of the place where it was let go."""
    pad = subject.way
    pictures, picker, numbers = st.container(), st.container(), st.container()
    sliders = st.container(horizontal=True, gap="medium")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        over = pad.part("over")
        if over.kind is OverLevels:
            _choose_levels(over)
        over.show()
    is_framed = over.kind is OverManifold
    with picker:
        if is_framed:
            sources = subject.pickers_by_thumbnail(over, "abcd"[pressed_thumbnail("pad", 4)])
        else:
            sources = subject.latent_pickers(over)
    surface = surface_of(subject.flow, over.view(), sources)
    place: list[FramesResult] = []

    def draw(x: float, y: float) -> Frames:
        pad.set("x", x)
        pad.set("y", y)
        place.append(subject.draw(sources))
        return place[-1].frames

    with pictures:
        named = zip("ABCD", sources, strict=False)
        thumbnails = [Thumbnail(letter, of.name, of.image) for letter, of in named]
        frames, at = drag(
            subject.flow,
            surface,
            key="pad",
            draw=draw,
            compact=True,
            thumbnails=thumbnails if is_framed else (),
            sliders=sliders,
        )
    with numbers:
        words, bits = surface.words(*at), float(frames.bits[0])
        norm = float(frames.norm_ratios[0])
        view: Pad = pad.view()
        st.markdown(
            f"At {words}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim."
            f" {_notice(view, sources, norm)}"
        )
        note_below_zero(bits)
    subject.offer_frame(place[-1], 0, words, key="place")
    st.latex(FORMULAS[view.over.over])
    subject.take_away(place[-1])


def _notice(view: Pad, sources: Sequence[Source], norm: float) -> str:
    """What the numbers of the place say."""
    norms = [float(norm_ratios(source.made.z)) for source in sources]
    if isinstance(view.over, OverManifold):
        least, most = min(norms), max(norms)
        where = "between them"
        if not least - SEEN <= norm <= most + SEEN:
            where = (
                f"{'below' if norm < least else 'above'} all four, which are not at right angles"
            )
        return (
            f"The four latents have {least:.3f} to {most:.3f}, and this place lies {where}: the"
            " squares of the four weights add up to 1. No picture between them was stored; each is"
            " decoded when you get there."
        )
    (own,) = norms
    if isinstance(view.over, OverPlane):
        if view.over.keep_norm:
            return (
                f"A itself, in the middle, has {own:.3f}, and so has the whole plane: only the"
                " direction of z changes. The two ways to go were chosen by chance."
            )
        return (
            f"A itself, in the middle, has {own:.3f}: away from it ‖z‖ grows. The two ways to go"
            " were chosen by chance."
        )
    return (
        f"A itself, at × 1, has {own:.3f}. At × 0 a level has the value that is likeliest under the"
        " prior; above × 1 it is farther out than A's own."
    )


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
