"""Painted pixels of one latent that become another's."""

import streamlit as st
from torch import Tensor

from explorer.ui.brush import brush
from explorer.ui.multiscale.subject import SIDE, Subject, levels_in_words, show_difference
from explorer.ui.painting import Painting, count_in_words
from explorer.views.multiscale import Paste
from explorer.views.result import FramesResult
from realnvp.explore.brush import painted
from realnvp.viz import to_rgb

DISCS = "discs"
BRUSH = 420  # of the picture to paint on, in CSS pixels, where the column has room


def show(subject: Subject) -> FramesResult:
    """A with B's latents where the brush has been."""
    form, a, b = subject.experiment, subject.a, subject.b
    assert b is not None
    size = subject.flow.config.image_size
    st.markdown(
        "Paint on A: there, the chosen levels become B's. Every latent has a place in the picture,"
        " the pixel where it was factored out."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show("levels")
        painting = Painting(DISCS, size)
        discs = painting.show(form.default(DISCS))
        form.set(DISCS, discs)
        form.show()

    shown: FramesResult = subject.draw()
    view: Paste = form.view()
    words = f"{b.name}'s {levels_in_words(view.levels)} in {count_in_words(discs)}"
    left, middle, right = st.columns([5, 3, 3], gap="medium")
    with left:
        brush(
            to_rgb(shown.frames.images)[0],
            discs,
            painting.radius,
            painting.add,
            key="brush",
            alt=f"{a.name}, to paint on: {count_in_words(discs)}",
            caption="A. Press or drag to paint.",
            room=BRUSH,
        )
    with middle:
        subject.show_pinnable(
            shown,
            1,
            key="pasted_shown",
            names=[f"{a.name} with a part of {b.name}"],
            first=1,
            alt=f"{a.name} with {words}",
            caption="A with B's part.",
            room=SIDE,
        )
    with right:
        what = f"{a.name} with {words}, less {a.name}"
        show_difference(shown, "pasted", what, "What has changed")
    st.markdown(_notice(shown, painted(view.discs, size)))
    return shown


def _notice(shown: FramesResult, paint: Tensor) -> str:
    """How far the change reaches, in numbers.

    Args:
        paint: the painted pixels, boolean (H, W).
    """
    before, after = shown.frames.images.double()
    change = (after - before).square().mean(dim=0)
    inside, outside = (float(change[m].mean().sqrt()) if m.any() else 0.0 for m in (paint, ~paint))
    words = (
        f"**What to notice.** The painted pixels change by {inside:.1f}, the others by"
        f" {outside:.1f}: root mean square in steps of 1/255."
    )
    if outside < 0.05:
        return words
    return (
        f"{words} The change reaches beyond the paint, as couplings mix neighbours: a latent acts"
        " on all pixels that the network sees from there."
    )
