"""Several directions at once, with a slider each."""

import weakref
from collections.abc import Sequence
from functools import partial

import streamlit as st
import torch
from torch import Tensor

from explorer.recipes.directions import MAX_CHOSEN, amount_key
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.controls import clamp
from explorer.ui.directions.numbers import show_changes, show_cosines
from explorer.ui.directions.subject import (
    Subject,
    explanation,
    figure_words,
    first_names,
    keep_norm,
    offer_frame,
    orthogonalise,
)
from explorer.ui.downloads import latents_file
from explorer.ui.models import ask
from explorer.ui.recipe import recipe_menu
from explorer.ui.scenes import Grid, digest, token_of
from explorer.ui.source import Source
from explorer.ui.tiles import Live, show_tiles
from realnvp import RealNVP
from realnvp.explore.directions import Directions, orthogonal, steer
from realnvp.explore.frames import Frames, frames_of, repeat_labels
from realnvp.explore.pads import REACH
from realnvp.numerals import numeral

START = 2.0  # standard deviations of the first one on arrival: before and after differ
ROOM = 560  # of both pictures, in CSS pixels


def sliders_view(subject: Subject) -> None:
    """A before and after, and what else moved."""
    known = subject.known
    pictures = st.container()
    names = _chosen(known)
    steps = _sliders(known, names)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        keys = [amount_key(name) for name in names]
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            key="directions_reset",
            on_click=lambda: st.session_state.update(dict.fromkeys(keys, 0.0)),
            disabled=not names,
            help="All sliders to 0, where the picture is A.",
        )
        free, keep = orthogonalise(), keep_norm()
    chosen = known.pick(names)
    frames = ask(_before_and_after, subject.flow, subject.a, chosen, steps, free, keep)
    recipe = subject.recipe(
        "Sliders", names, names=names, amounts=steps, orthogonal=free, keep_norm=keep
    )
    words = (
        ", ".join(f"{n} {numeral(s, '+.1f')}" for n, s in zip(names, steps, strict=True) if s)
        or "not moved"
    )
    with pictures:
        numbers = [
            f"{side}: ‖z‖/√D {norm:.3f}, {numeral(float(bits))} bits/dim"
            for side, norm, bits in zip(
                ("before", "after"),
                frames.norm_ratios,
                torch.as_tensor(frames.bits_per_dim),
                strict=True,
            )
        ]
        pixels = show_tiles(
            frames.images,
            2,
            key="moved",
            alt=f"{subject.a.name}, before and after: {words}",
            caption=f"{'; '.join(numbers)}.",
            labels=["before", "after"],
            room=ROOM,
            live=_follow(subject, chosen, steps, free, keep),
        )
        note_below_zero(torch.as_tensor(frames.bits_per_dim))
        offer_frame(subject, frames, 1, f"{subject.a.name}, {words}", recipe, key="moved_chosen")
    if free and (lost := _nothing_left(chosen)):
        st.caption(
            f"Nothing of its own is left of {plain(', '.join(lost))}: it lies in the others."
        )
    if names:
        numbers, angles = st.columns(2, gap="large")
        with numbers:
            show_changes(
                known, [n for n, s in zip(names, steps, strict=True) if s], frames.z, words
            )
        with angles:
            show_cosines(chosen)
    with st.container(horizontal=True):
        recipe_menu(recipe, pixels, "directions")
        latents_file(frames.z, frames.images, "directions", recipe, frames.labels)


def _chosen(known: Directions) -> list[str]:
    names = st.multiselect(
        "Directions",
        list(known.names),
        default=first_names(known),
        max_selections=MAX_CHOSEN,
        key="directions",
        bind="query-params",
        help="Those learnt from labels come first, the best first; then those of most variance,"
        " which nobody named: find out what they do. The order counts when you orthogonalise.",
    )
    return [name for name in names if name in known.names][:MAX_CHOSEN]


def _sliders(known: Directions, names: list[str]) -> list[float]:
    first = first_names(known)[:1]
    steps = []
    with st.container(horizontal=True, gap="medium"):
        for name in names:
            default = START if [name] == first else 0.0
            value = st.slider(
                f"{plain(name)} · {figure_words(known, name)}",
                -REACH,
                REACH,
                default,
                0.1,
                key=amount_key(name),
                bind="query-params",
                width=200,
                help="In standard deviations of latents along it."
                f" {explanation(known, name)} What else changes in the picture?",
            )
            steps.append(round(float(clamp(value, -REACH, REACH, default)), 1))
    return steps


def _before_and_after(
    flow: RealNVP, a: Source, chosen: Directions, steps: list[float], free: bool, keep: bool
) -> Frames:
    moved = steer(chosen, a.z, steps, orthogonalised=free, keep_norm=keep)
    return frames_of(flow, torch.cat([a.z, moved]), repeat_labels(a.labels, 2))


def _follow(
    subject: Subject, chosen: Directions, steps: list[float], free: bool, keep: bool
) -> Live:
    """What makes both pictures follow the sliders while they are held."""
    draw = partial(_pictures, a=subject.a, chosen=chosen, free=free, keep=keep)
    grid = Grid(weakref.ref(subject.flow), draw, [(-REACH, REACH)] * len(steps), columns=2)
    made_of = digest([subject.a.z, subject.a.labels, chosen.vectors, *chosen.names, free, keep])
    keys = [amount_key(name) for name in chosen.names]
    alt = f"{subject.a.name}, before and after: {{}}"
    return Live(token_of(grid, made_of, "moved"), keys, steps, alt)


def _pictures(
    flow: RealNVP, steps: Sequence[float], a: Source, chosen: Directions, free: bool, keep: bool
) -> Tensor:
    moved = steer(chosen, a.z, steps, orthogonalised=free, keep_norm=keep)
    return flow.decode(torch.cat([a.z, moved]), repeat_labels(a.labels, 2))


def _nothing_left(chosen: Directions) -> list[str]:
    """Names of those that lie in the ones before."""
    lengths = orthogonal(chosen.vectors).norm(dim=1).tolist()
    return [name for name, length in zip(chosen.names, lengths, strict=True) if length == 0]
