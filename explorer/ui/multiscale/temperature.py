"""Each level of a latent scaled by a factor of its own."""

import streamlit as st

from explorer.ui.level_temperatures import in_words
from explorer.ui.multiscale.subject import SIDE, Subject, show_difference
from explorer.views.result import FramesResult


def show(subject: Subject) -> FramesResult:
    """A beside A with its levels turned up and down."""
    form, a = subject.experiment, subject.a
    st.markdown("Each level of A times a factor of its own, $z_i \\leftarrow T_i\\, z_i$.")
    with st.container(horizontal=True, gap="medium"):
        form.show()

    shown: FramesResult = subject.draw()
    words = in_words(form.view().factors)
    before, after = shown.frames.norm_ratios.tolist()
    pair, changed = st.columns([2, 1], gap="medium")
    with pair:
        subject.show_pinnable(
            shown,
            2,
            key="tempered",
            names=[a.name, f"{a.name}, levels times {words}"],
            labels=["A", f"T = {words}"],
            alt=f"{a.name}, and with its levels times {words}",
            caption=f"‖z‖/√D goes from {before:.2f} to {after:.2f}. Press a picture to pin it.",
            room=2 * SIDE,
        )
    with changed:
        what = f"{a.name} with its levels times {words}, less {a.name}"
        show_difference(shown, "tempered", what, "The difference")
    st.caption(
        "What to notice: the finest level turned down takes the grain away, turned up it makes"
        " noise; the coarsest goes from a plain mean (0) to strong contrasts (above 1)."
    )
    return shown
