"""Chosen levels with new noise, the others kept."""

import math

import streamlit as st

from explorer.ui.multiscale.live import follow
from explorer.ui.multiscale.measures import contrast
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
    form.show("temperature")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()

    shown: Variants = subject.draw()
    view: Resample = form.view()
    count, levels = view.variants, levels_in_words(view.levels)
    words = f"{levels}, seed {view.seed}, temperature {view.temperature:.2f}"
    moving = (
        f"{count} variants of {a.name}, new noise in {levels}, seed {view.seed}, temperature {{}}"
    )
    pictures, map_ = st.columns([3, 2], gap="medium")
    with pictures:
        subject.show_pinnable(
            shown,
            math.isqrt(count),
            key="variants_shown",
            names=[f"variant {i + 1} of {a.name}, new {levels}" for i in range(count)],
            alt=f"{count} variants of {a.name}, new noise in {words}",
            room=640,
            live=follow(subject, math.isqrt(count), ["temperature"], moving),
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
    own = contrast(a.image)[0]
    st.markdown(
        f"**What to notice.** New noise in {levels} moves a pixel by {mean:.1f} on average, at most"
        f" by {highest:.1f} of 255: the lighter the map, the more. The pixels of A differ by"
        f" {own:.1f} from their mean. {_left(mean, own)}"
    )
    return shown


def _left(mean: float, own: float) -> str:
    """How much of the picture that is."""
    share = f"{100 * mean / max(own, 0.05):.0f} %"
    if mean < 0.25 * own:
        return f"That is {share} of it: what the picture is of, the kept levels decide."
    return f"That is {share} of it: the new levels decide much of what the picture is of."
