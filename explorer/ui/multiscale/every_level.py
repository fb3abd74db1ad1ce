"""One row a level: its noise new, the others kept."""

import streamlit as st

from explorer.ui.multiscale.live import follow
from explorer.ui.multiscale.measures import contrast, most_and_least
from explorer.ui.multiscale.subject import Subject
from explorer.views.multiscale import EveryLevel, Rows


def show(subject: Subject) -> Rows:
    """A beside its variants, a row for each level, and how far each level moves the pixels."""
    form, a = subject.experiment, subject.a
    form.show("temperature")
    pictures = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()

    shown: Rows = subject.draw()
    view: EveryLevel = form.view()
    count, levels = view.each, subject.flow.config.num_levels
    names, labels = [], []
    for level in range(1, levels + 1):
        names += [
            a.name,
            *(f"variant {i + 1} of {a.name}, new level {level}" for i in range(count)),
        ]
        labels += ["A", f"level {level}", *[""] * (count - 1)]
    alt = f"{a.name} and {count} variants with new noise in each of {levels} levels in turn"
    words = f"{alt}, seed {view.seed}, temperature {{}}"
    with pictures:
        subject.show_pinnable(
            shown,
            1 + count,
            key="every_level",
            names=names,
            labels=labels,
            alt=words.replace("{}", f"{view.temperature:.2f}"),
            caption="A row for each level, the finest first: only its noise is new,"
            f" z ~ N(0, {view.temperature:.2f}² I).",
            room=960,
            live=follow(subject, 1 + count, ["temperature"], words),
        )
        st.markdown(_notice(shown, contrast(a.image)[0]))
    return shown


def _notice(shown: Rows, own: float) -> str:
    """How far each level moves the pixels, in numbers.

    Args:
        own: how far the pixels of A differ from each other.
    """
    names = [f"level {level}" for level in range(1, len(shown.deviations) + 1)]
    moved = ", ".join(
        f"**{value:.1f}** in {name}" for value, name in zip(shown.deviations, names, strict=True)
    )
    words = (
        f"**What to notice.** New noise moves a pixel by {moved}: standard deviations over the"
        f" variants, in steps of 1/255. The pixels of A differ from their mean by {own:.1f}."
    )
    if len(names) == 1 or max(shown.deviations) < 0.05:
        return words
    most, least = most_and_least(shown.deviations, names)
    return f"{words} {most.capitalize()} decides most of what this picture is, {least} least."
