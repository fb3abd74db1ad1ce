"""A pad over two directions."""

from functools import partial

import streamlit as st
import torch

from explorer.ui.bits import note_below_zero
from explorer.ui.directions.numbers import show_changes, show_cosines
from explorer.ui.directions.reading import show_reading
from explorer.ui.directions.subject import Subject
from explorer.ui.pad import Scale, Surface, drag
from explorer.views.directions import DirectionsPad
from explorer.views.result import FramesResult
from realnvp.explore.frames import Frames
from realnvp.explore.pads import REACH
from realnvp.numerals import numeral


def show(subject: Subject) -> None:
    """A in the middle, one direction to the right, another one up."""
    known, pad, a = subject.known, subject.way, subject.a
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        across, up = subject.choose("across"), subject.choose("up", 1)
        pad.show("orthogonal", "keep_norm")
    if across == up:
        st.info("Both sides are the same direction. Please choose another one for one of them.")
        return
    view: DirectionsPad = pad.view()
    two = subject.chosen()
    surface = Surface(
        f"Directions of {a.name}",
        partial(view.points, a.made, two),
        [a.z, a.labels, two.vectors, two.spreads, view.orthogonal, view.keep_norm, across, up],
        (Scale(across, -REACH, REACH, 1), Scale(up, -REACH, REACH, 1)),
    )
    place: list[FramesResult] = []

    def draw(x: float, y: float) -> Frames:
        pad.set("x", x)
        pad.set("y", y)
        place.append(subject.draw())
        return place[-1].frames

    frames, at = drag(subject.flow, surface, key="directions_pad", draw=draw)
    words, bits = surface.words(*at), float(frames.bits[0])
    st.caption(
        f"‖z‖/√D = {frames.norm_ratios[0]:.3f}, {numeral(bits)} bits/dim where it was let go."
    )
    note_below_zero(bits)
    subject.offer_frame(place[-1], 0, f"{a.name}, {words}", key="directions_place")
    numbers, angles = st.columns(2, gap="large")
    with numbers:
        show_changes(known, [across, up], torch.cat([a.z, frames.z]), words)
    with angles:
        both = torch.cat([a.image, frames.images])
        show_reading(known, [across, up], torch.cat([a.z, frames.z]), both)
        show_cosines(two, view.orthogonal)
    subject.take_away(place[-1])
