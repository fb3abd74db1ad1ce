"""Levels set to 0, one at a time and all but one."""

import streamlit as st

from explorer.ui.multiscale.subject import Subject
from explorer.views.result import FramesResult


def show(subject: Subject) -> FramesResult:
    """A without each level, and each level of A alone."""
    a, numbers = subject.a, range(1, subject.flow.config.num_levels + 1)
    st.markdown(
        "A level at 0, $z_i \\leftarrow 0$, is at its most likely value and says nothing about A."
        " Above, A without one level; below, one level of A alone."
    )
    subject.experiment.show()
    shown: FramesResult = subject.draw()
    without = [a.name, *(f"{a.name} without level {number}" for number in numbers)]
    only = ["all levels at 0", *(f"only level {number} of {a.name}" for number in numbers)]
    above = ["A", *(f"without {number}" for number in numbers)]
    below = ["all at 0", *(f"only {number}" for number in numbers)]
    subject.show_pinnable(
        shown,
        1 + len(numbers),
        key="zero_shown",
        names=without + only,
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
    return shown
