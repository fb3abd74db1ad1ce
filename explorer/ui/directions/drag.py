"""A pad over two directions."""

from functools import partial

import streamlit as st
import torch

from explorer.ui.bits import note_below_zero
from explorer.ui.directions.numbers import show_changes, show_cosines
from explorer.ui.directions.subject import (
    Subject,
    direction_picker,
    keep_norm,
    offer_frame,
    orthogonalise,
)
from explorer.ui.downloads import latents_file
from explorer.ui.pad import Scale, Surface, drag
from explorer.ui.recipe import recipe_menu
from realnvp.explore.pads import REACH, over_directions
from realnvp.numerals import numeral
from realnvp.viz import to_rgb


def pad_view(subject: Subject) -> None:
    """A in the middle, one direction to the right, another one up."""
    known = subject.known
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        help = "A is in the middle, −4 and 4 standard deviations at the sides."
        across = direction_picker(known, "Left to right", "pad_across", 0, help)
        up = direction_picker(known, "Bottom to top", "pad_up", 1, help)
        free, keep = orthogonalise(), keep_norm()
    if across == up:
        st.info("Both sides are the same direction. Please choose another one for one of them.")
        return
    a, two = subject.a, known.pick([across, up])
    surface = Surface(
        f"Directions of {a.name}",
        partial(over_directions, a.z, a.labels, two=two, orthogonalised=free, keep_norm=keep),
        [a.z, a.labels, two.vectors, two.spreads, free, keep, across, up],
        (Scale(across, -REACH, REACH, 1), Scale(up, -REACH, REACH, 1)),
    )
    frames, (x, y) = drag(subject.flow, surface, key="directions_pad")
    entries = {"across": across, "up": up, "orthogonal": free, "keep_norm": keep, "x": x, "y": y}
    recipe = subject.recipe("Pad", [across, up], **entries)
    words = surface.words(x, y)
    bits = float(frames.bits_per_dim[0])
    st.caption(
        f"‖z‖/√D = {frames.norm_ratios[0]:.3f}, {numeral(bits)} bits/dim where it was let go."
    )
    note_below_zero(bits)
    offer_frame(subject, frames, 0, f"{a.name}, {words}", recipe, key="directions_place")
    numbers, angles = st.columns(2, gap="large")
    with numbers:
        show_changes(known, [across, up], torch.cat([a.z, frames.z]), words)
    with angles:
        show_cosines(two)
    with st.container(horizontal=True):
        recipe_menu(recipe, to_rgb(frames.images)[0], "directions")
        latents_file(frames.z, frames.images, "directions", recipe, frames.labels)
