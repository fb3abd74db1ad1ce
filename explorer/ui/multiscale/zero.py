"""Levels set to 0, one at a time and all but one."""

import streamlit as st
from torch import Tensor

from explorer.ui.multiscale.subject import Shown, Subject, show_pinnable
from realnvp import RealNVP
from realnvp.explore.combinations import ablations
from realnvp.explore.frames import Frames, frames_of, repeat_labels


def zero_view(subject: Subject) -> Shown:
    """A without each level, and each level of A alone."""
    flow, a = subject.flow, subject.a
    numbers = range(1, flow.config.num_levels + 1)
    st.markdown(
        "A level at 0, $z_i \\leftarrow 0$, is at its most likely value and says nothing about A."
        " Above, A without one level; below, one level of A alone."
    )
    frames = subject.ask(2 + 2 * len(numbers), _without, a.z, a.labels)
    recipe = subject.recipe("Zero")
    without = [a.name, *(f"{a.name} without level {number}" for number in numbers)]
    only = ["all levels at 0", *(f"only level {number} of {a.name}" for number in numbers)]
    above = ["A", *(f"without {number}" for number in numbers)]
    below = ["all at 0", *(f"only {number}" for number in numbers)]
    pixels = show_pinnable(
        subject,
        frames,
        1 + len(numbers),
        key="zero_shown",
        names=without + only,
        recipe=recipe,
        labels=above + below,
        alt=f"{a.name} without each of {len(numbers)} levels, and each level alone",
        caption="Level 1 is the finest. Press a picture to pin it.",
        room=1000,
    )
    st.caption(
        "What to notice: without the finest level the picture is smoother and still itself; the"
        " coarsest alone holds nearly all of what it is of, and without it there is hardly anything"
        " left."
    )
    return Shown(recipe, pixels, frames)


def _without(flow: RealNVP, a: Tensor, labels: Tensor | None) -> Frames:
    z = ablations(flow, a)
    return frames_of(flow, z, repeat_labels(labels, len(z)), with_bits=False)
