"""Several directions at once, with a slider each."""

import weakref
from collections.abc import Sequence
from functools import partial

import streamlit as st
from torch import Tensor

from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.controls import slider
from explorer.ui.directions.numbers import show_changes, show_cosines
from explorer.ui.directions.reading import show_reading
from explorer.ui.directions.subject import Subject, explanation, figure_words, first_names
from explorer.ui.scenes import Grid, digest, token_of
from explorer.ui.tiles import Live
from explorer.views.directions import MAX_CHOSEN, Sliders, amount_key
from explorer.views.latents import Latent
from explorer.views.result import FramesResult
from explorer.views.settings import Slider
from realnvp import RealNVP
from realnvp.explore.directions import Directions, orthogonal
from realnvp.explore.frames import repeat_labels
from realnvp.explore.pads import REACH
from realnvp.numerals import numeral

START = 2.0  # standard deviations of the first one on arrival: before and after differ
ROOM = 560  # of both pictures, in CSS pixels


def show(subject: Subject) -> None:
    """A before and after, and what else moved."""
    known = subject.known
    pictures = st.container()
    names = _chosen(known)
    subject.way.set("moves", tuple(zip(names, _amounts(known, names), strict=True)))
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
        subject.way.show("orthogonal", "keep_norm")
    shown, view = subject.draw(), subject.way.view()
    chosen = subject.chosen()
    moved = {name: amount for name, amount in view.moves if amount}
    words = ", ".join(f"{n} {numeral(a, '+.1f')}" for n, a in moved.items()) or "not moved"
    with pictures:
        _show_pictures(subject, view, chosen, shown, words)
    if view.orthogonal and (lost := _nothing_left(chosen)):
        st.caption(
            f"Nothing of its own is left of {plain(', '.join(lost))}: it lies in the others."
        )
    if names:
        numbers, angles = st.columns(2, gap="large")
        with numbers:
            show_changes(known, list(moved), shown.frames.z, words)
        with angles:
            show_reading(known, list(moved), shown.frames.z, shown.frames.images)
            show_cosines(chosen, view.orthogonal)
    subject.take_away(shown)


def _chosen(known: Directions) -> list[str]:
    setting = Sliders.setting_of("moves")
    names = st.multiselect(
        setting.label,
        list(known.names),
        default=first_names(known),
        max_selections=MAX_CHOSEN,
        key="directions",
        bind="query-params",
        help=setting.help,
    )
    return [name for name in dict.fromkeys(names) if name in known.names][:MAX_CHOSEN]


def _amounts(known: Directions, names: list[str]) -> list[float]:
    first = first_names(known)[:1]
    amounts = []
    with st.container(horizontal=True, gap="medium"):
        for name in names:
            default = START if [name] == first else 0.0
            setting = Slider(
                f"{plain(name)} · {figure_words(known, name)}",
                -REACH,
                REACH,
                0.1,
                width=200,
                help="In standard deviations of latents along it."
                f" {explanation(known, name)} What else changes in the picture?",
            )
            amounts.append(round(slider(setting, amount_key(name), default), 1))
    return amounts


def _show_pictures(
    subject: Subject, view: Sliders, chosen: Directions, shown: FramesResult, words: str
) -> None:
    frames, name = shown.frames, subject.a.name
    rows = zip(frames.norm_ratios.tolist(), frames.bits.tolist(), strict=True)
    sides = ("before", "after")
    numbers = [
        f"{side}: ‖z‖/√D {norm:.3f}, {numeral(bits)} bits/dim"
        for side, (norm, bits) in zip(sides, rows, strict=True)
    ]
    subject.offer_frames(
        shown,
        2,
        [name, f"{name}, {words}"],
        key="moved",
        titles=numbers,
        alt=f"{name}, before and after: {words}",
        caption=f"{'; '.join(numbers)}.",
        labels=sides,
        room=ROOM,
        live=_follow(subject, view, chosen),
    )
    note_below_zero(frames.bits)


def _follow(subject: Subject, view: Sliders, chosen: Directions) -> Live:
    """What makes both pictures follow the sliders while they are held."""
    a, how = subject.a, (view.orthogonal, view.keep_norm)
    amounts = [amount for _, amount in view.moves]
    draw = partial(_pictures, view=view, a=a.made, chosen=chosen)
    grid = Grid(weakref.ref(subject.flow), draw, [(-REACH, REACH)] * len(amounts), columns=2)
    made_of = digest([a.z, a.labels, chosen.vectors, *chosen.names, *how])
    keys = [amount_key(name) for name in chosen.names]
    alt = f"{a.name}, before and after: {{}}"
    return Live(token_of(grid, made_of, "moved"), keys, amounts, alt)


def _pictures(
    flow: RealNVP, amounts: Sequence[float], view: Sliders, a: Latent, chosen: Directions
) -> Tensor:
    return flow.decode(view.moved(a, chosen, amounts), repeat_labels(a.labels, 2))


def _nothing_left(chosen: Directions) -> list[str]:
    """Names of those that lie in the ones before."""
    lengths = orthogonal(chosen.vectors).norm(dim=1).tolist()
    return [name for name, length in zip(chosen.names, lengths, strict=True) if length == 0]
