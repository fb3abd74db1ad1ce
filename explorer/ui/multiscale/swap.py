"""Levels exchanged between two latents."""

import streamlit as st

from explorer.recipes.multiscale_programs import combined_columns
from explorer.ui.multiscale.subject import (
    Shown,
    Subject,
    indices,
    level_picker,
    levels_in_words,
    show_pinnable,
)
from explorer.ui.source import Source
from realnvp import RealNVP
from realnvp.explore.combinations import choices, coarsest_labels, crosses, swap_choices
from realnvp.explore.frames import Frames, frames_of


def swap_view(subject: Subject) -> Shown:
    """A with B's levels, B with A's, and every mixture of the two."""
    flow, a, b = subject.flow, subject.a, subject.b
    assert b is not None
    count = flow.config.num_levels
    conditional = " The label goes with the coarsest level." if flow.config.label_kind else ""
    st.markdown(f"A and B exchange the chosen levels.{conditional}")
    levels = level_picker(
        flow,
        "Levels to exchange",
        "swapped",
        default=[count],
        help="Look at which of the two a mixture takes after.",
    )
    frames = subject.ask(4 + 2**count, _swapped, a, b, levels)
    recipe = subject.recipe("Swap", levels=levels)
    words = levels_in_words(levels)
    pixels = show_pinnable(
        subject,
        frames,
        4,
        key="swapped_shown",
        names=[a.name, f"A with B's {words}", f"B with A's {words}", b.name],
        recipe=recipe,
        labels=["A", f"A with B's {_short(levels)}", f"B with A's {_short(levels)}", "B"],
        alt=f"A, {a.name}; A with B's {words}; B with A's {words}; B, {b.name}",
        caption="Press a picture to pin it.",
        room=1000,
    )
    st.caption(
        "What to notice: whoever gives the coarsest level gives the picture; the finer ones change"
        " its surface, and fit the other picture worse than their own."
    )
    if len(frames.z) > 4:
        st.markdown("**Every combination.** A letter for each level, the finest first.")
        owners = ["".join("AB"[i in c] for i in range(count)) for c in choices(count)]
        show_pinnable(
            subject,
            frames,
            combined_columns(count),
            key="combined",
            names=[f"levels from {letters} of A and B" for letters in owners],
            recipe=recipe,
            first=4,
            labels=owners,
            alt=f"All {len(owners)} combinations of the levels of A, {a.name}, and B, {b.name}",
            caption="Along a row the finer levels change hands, down a column the coarser ones.",
            room=1000,
        )
    return Shown(recipe, pixels, frames)


def _short(levels: list[int]) -> str:
    return "+".join(map(str, levels)) or "none"


def _swapped(flow: RealNVP, a: Source, b: Source, levels: list[int]) -> Frames:
    chosen = swap_choices(flow.config.num_levels, indices(levels))
    labels = coarsest_labels(flow, a.labels, b.labels, chosen)
    return frames_of(flow, crosses(flow, a.z, b.z, chosen), labels, with_bits=False)
