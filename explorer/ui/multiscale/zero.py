"""Levels set to 0, one at a time and all but one."""

import streamlit as st

from explorer.ui.multiscale.measures import contrast, difference, most_and_least
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
        caption="Level 1 is the finest.",
        room=1000,
    )
    images, count = shown.frames.images, len(numbers)
    away = difference(images, images[:1])
    out, alone = away[1 : 1 + count], away[2 + count :]
    names = [f"level {number}" for number in numbers]
    if count > 1:
        most, least = most_and_least(out, names)
        _, nearest = most_and_least(alone, names)
        st.markdown(
            f"**What to notice.** Left out, {most} changes the picture most and {least} least: root"
            f" mean square from A, in steps of 1/255. Alone, {nearest} comes nearest to A; with all"
            f" at 0 it is {away[1 + count]:.1f} away. A's own pixels differ by"
            f" {contrast(images[:1])[0]:.1f} from their mean."
        )
    return shown
