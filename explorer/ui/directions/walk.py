"""A strip of pictures along one direction."""

import streamlit as st

from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.directions.numbers import show_changes
from explorer.ui.directions.reading import show_reading
from explorer.ui.directions.subject import Subject, explanation
from explorer.views.directions import Walk
from explorer.views.result import FramesResult
from realnvp.numerals import numeral


def show(subject: Subject) -> None:
    """From -a to a standard deviations, with A in the middle."""
    pictures = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = subject.choose("along")
        subject.way.show()
    shown, view = subject.draw(), subject.way.view()
    with pictures:
        _show_strip(subject, view, shown)
    ends = [view.frames // 2, view.frames - 1]
    z = shown.frames.z[ends]
    numbers, seen = st.columns(2, gap="large")
    with numbers:
        show_changes(subject.known, [name], z, f"{name} {view.reach:+.1f}")
    with seen:
        show_reading(subject.known, [name], z, shown.frames.images[ends])
    subject.take_away(shown)


def _show_strip(subject: Subject, view: Walk, shown: FramesResult) -> None:
    name, reach, count, frames = view.along, view.reach, view.frames, shown.frames
    rows = zip(frames.norm_ratios.tolist(), frames.bits.tolist(), strict=True)
    steps = [reach * (2 * index / (count - 1) - 1) for index in range(count)]
    titles = [
        f"{name} {numeral(step, '+.1f')}: ‖z‖/√D = {norm:.3f}, {numeral(bits)} bits/dim"
        for step, (norm, bits) in zip(steps, rows, strict=True)
    ]
    words = f"{name} from {numeral(-reach, '+.1f')} to {numeral(reach, '+.1f')}"
    subject.offer_frames(
        shown,
        count,
        [f"{subject.a.name}, {name} {numeral(step, '+.1f')}" for step in steps],
        key="walk",
        alt=f"{count} frames of {subject.a.name}, {words}",
        caption=f"{words} standard deviations; on each its bits/dim.",
        labels=[numeral(bits, ".2f") for bits in frames.bits.tolist()],
        titles=titles,
        room=1200,
    )
    ends = f"{frames.norm_ratios.min():.3f} to {frames.norm_ratios.max():.3f}"
    st.caption(f"{plain(explanation(subject.known, name))} ‖z‖/√D along the way: {ends}.")
    note_below_zero(frames.bits)
