"""A strip of pictures along one direction."""

import streamlit as st

from explorer.recipes.directions import FRAMES, REACHES
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.controls import clamp
from explorer.ui.directions.numbers import show_changes
from explorer.ui.directions.subject import (
    Subject,
    direction_picker,
    explanation,
    keep_norm,
    offer_frame,
)
from explorer.ui.downloads import latents_file
from explorer.ui.models import ask
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import choose_tile
from realnvp import RealNVP
from realnvp.explore.directions import Directions, walk
from realnvp.explore.frames import Frames, frames_of, repeat_labels
from realnvp.numerals import numeral

DEFAULT_REACH, DEFAULT_FRAMES = 3.0, 7


def walk_view(subject: Subject) -> None:
    """From -a to a standard deviations, with A in the middle."""
    pictures = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        help = "The direction to go along. Where does it stop being a face?"
        name = direction_picker(subject.known, "Along", "along", 0, help)
        reach = st.slider(
            "As far as",
            *REACHES,
            DEFAULT_REACH,
            0.1,
            key="reach",
            bind="query-params",
            width=200,
            help="Standard deviations to both sides of A; beyond 3 hardly any picture lies.",
        )
        reach = round(float(clamp(reach, *REACHES, DEFAULT_REACH)), 1)
        count = st.segmented_control(
            "Frames",
            FRAMES,
            default=DEFAULT_FRAMES,
            required=True,
            key="walk_frames",
            bind="query-params",
            help="Pictures along the way; the one in the middle is A.",
        )
        count = count if count in FRAMES else DEFAULT_FRAMES
        keep = keep_norm()
    one = subject.known.pick([name])
    frames = ask(_strip, subject.flow, subject.a, one, reach, count, keep)
    recipe = subject.recipe("Walk", [name], along=name, reach=reach, frames=count, keep_norm=keep)
    rows = zip(frames.norm_ratios.tolist(), frames.bits_per_dim.tolist(), strict=True)
    steps = [reach * (2 * index / (count - 1) - 1) for index in range(count)]
    titles = [
        f"{name} {numeral(step, '+.1f')}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim"
        for step, (norm, bits) in zip(steps, rows, strict=True)
    ]
    words = f"{name} from {numeral(-reach, '+.1f')} to {numeral(reach, '+.1f')}"
    with pictures:
        pixels, chosen = choose_tile(
            frames.images,
            count,
            key="walk",
            alt=f"{count} frames of {subject.a.name}, {words}",
            caption=f"{words} standard deviations; on each its bits/dim. Press one to keep it.",
            labels=[numeral(bits, ".2f") for bits in frames.bits_per_dim.tolist()],
            titles=titles,
            room=1200,
        )
        if chosen is not None:
            kept = f"{subject.a.name}, {name} {numeral(steps[chosen], '+.1f')}"
            offer_frame(subject, frames, chosen, kept, recipe, key="walk_chosen")
        ends = f"{frames.norm_ratios.min():.3f} to {frames.norm_ratios.max():.3f}"
        st.caption(f"{plain(explanation(subject.known, name))} ‖z‖/√D along the way: {ends}.")
        note_below_zero(frames.bits_per_dim)
    show_changes(subject.known, [name], frames.z[[count // 2, count - 1]], f"{name} {reach:+.1f}")
    with st.container(horizontal=True):
        recipe_menu(recipe, pixels, "directions")
        latents_file(frames.z, frames.images, "directions", recipe, frames.labels)


def _strip(
    flow: RealNVP, a: Source, one: Directions, reach: float, count: int, keep: bool
) -> Frames:
    z = walk(one, a.z, reach, count, keep_norm=keep)
    return frames_of(flow, z, repeat_labels(a.labels, count))
