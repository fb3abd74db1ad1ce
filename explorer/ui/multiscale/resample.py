"""Chosen levels with new noise, the others kept."""

import math

import streamlit as st

from explorer.ui.multiscale.subject import SIDE, Subject, levels_in_words
from explorer.ui.tiles import Figure, show_figures
from explorer.views.multiscale import SPREAD, Resample, Variants
from realnvp.viz import sequential_bar


def show(subject: Subject) -> Variants:
    """n variants of A, and how far apart they are at each pixel."""
    form, a = subject.experiment, subject.a
    st.markdown(
        "The chosen levels get new noise, $z_i \\sim \\mathcal{N}(0, T^2 I)$; the others stay A's."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show("levels", "variants")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()

    shown: Variants = subject.draw()
    view: Resample = form.view()
    count, levels = view.variants, levels_in_words(view.levels)
    words = f"{levels}, seed {view.seed}, temperature {view.temperature:.2f}"
    pictures, map_ = st.columns([3, 2], gap="medium")
    with pictures:
        subject.show_pinnable(
            shown,
            math.isqrt(count),
            key="variants_shown",
            names=[f"variant {i + 1} of {a.name}, new {levels}" for i in range(count)],
            alt=f"{count} variants of {a.name}, new noise in {words}",
            caption="Press one to pin it.",
            room=640,
        )
    highest, mean = float(shown.deviation.max()), float(shown.deviation.mean())
    with map_:
        spread = [
            Figure(
                shown.others[SPREAD],
                f"Standard deviation of each pixel over the variants, up to {highest:.1f} of 255,"
                f" with new noise in {words}",
                f"Standard deviation of each pixel; {mean:.1f} of 255 on average",
                SIDE,
            )
        ]
        show_figures(spread, key="spread_map")
        bar = Figure(
            sequential_bar(), "Colours from dark to light", f"0 … {highest:.1f} of 255", SIDE
        )
        show_figures([bar], key="spread_bar")
        st.caption(
            "What to notice: the finest level moves only the grain, most at the half of the pixels"
            " that were factored out there; the coarsest decides what the picture is of."
        )
    return shown
