"""Levels exchanged between two latents."""

import streamlit as st

from explorer.ui.multiscale.measures import difference
from explorer.ui.multiscale.subject import Subject, levels_in_words
from explorer.views.multiscale import Swap, combined_columns
from explorer.views.result import FramesResult
from realnvp.explore.combinations import choices


def show(subject: Subject) -> FramesResult:
    """A with B's levels, B with A's, and every mixture of the two."""
    flow, form, a, b = subject.flow, subject.experiment, subject.a, subject.b
    assert b is not None
    count = flow.config.num_levels
    conditional = " The label goes with the coarsest level." if flow.config.label_kind else ""
    st.markdown(f"A and B exchange the chosen levels.{conditional}")
    form.show()
    shown: FramesResult = subject.draw()
    view: Swap = form.view()
    words, short = levels_in_words(view.levels), "+".join(map(str, view.levels)) or "none"
    subject.show_pinnable(
        shown,
        4,
        key="swapped_shown",
        names=[a.name, f"A with B's {words}", f"B with A's {words}", b.name],
        labels=["A", f"A with B's {short}", f"B with A's {short}", "B"],
        alt=f"A, {a.name}; A with B's {words}; B with A's {words}; B, {b.name}",
        room=1000,
    )
    images = shown.frames.images
    to_a, to_b = difference(images[1:3], images[:1]), difference(images[1:3], images[3:4])
    told = []
    for name, x, y in zip((f"A with B's {words}", f"B with A's {words}"), to_a, to_b, strict=True):
        nearer = "A" if x < y else "B"
        told.append(f"{name} is {x:.1f} from A and {y:.1f} from B: nearer to {nearer}.")
    st.markdown(
        f"**What to notice.** {' '.join(told)} Root mean square in steps of 1/255; A and B are"
        f" {difference(images[3:4], images[:1])[0]:.1f} apart."
    )
    if shown.others:
        st.markdown("**Every combination.** A letter for each level, the finest first.")
        owners = ["".join("AB"[i in c] for i in range(count)) for c in choices(count)]
        subject.show_pinnable(
            shown,
            combined_columns(count),
            key="combined",
            names=[f"levels from {letters} of A and B" for letters in owners],
            first=4,
            labels=owners,
            alt=f"All {len(owners)} combinations of the levels of A, {a.name}, and B, {b.name}",
            caption="Along a row the finer levels change hands, down a column the coarser ones.",
            room=1000,
        )
    return shown
