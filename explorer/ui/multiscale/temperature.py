"""Each level of a latent scaled by a factor of its own."""

import streamlit as st

from explorer.ui.level_temperatures import in_words
from explorer.ui.multiscale.live import follow
from explorer.ui.multiscale.measures import contrast, difference, grain
from explorer.ui.multiscale.subject import SIDE, Subject, show_difference
from explorer.views.result import FramesResult


def show(subject: Subject) -> FramesResult:
    """A beside A with its levels turned up and down."""
    form, a = subject.experiment, subject.a
    st.markdown("Each level of A times a factor of its own, $z_i \\leftarrow T_i\\, z_i$.")
    with st.container(horizontal=True, gap="medium"):
        form.show()

    shown: FramesResult = subject.draw()
    keys = [f"factor_{number}" for number in range(1, subject.flow.config.num_levels + 1)]
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
            caption=f"‖z‖/√D goes from {before:.2f} to {after:.2f}.",
            room=2 * SIDE,
            live=follow(subject, 2, keys, f"{a.name}, and with its levels times {{}}"),
        )
    with changed:
        what = f"{a.name} with its levels times {words}, less {a.name}"
        show_difference(shown, "tempered", what, "The difference")
    images = shown.frames.images
    away = difference(images[1:], images[:1])[0]
    (was, now), (rough, smooth) = contrast(images), grain(images)
    st.markdown(
        f"**What to notice.** The picture is {away:.1f} from A, root mean square in steps of 1/255."
        f" Its contrast, how far pixels differ from their mean, goes from {was:.1f} to {now:.1f};"
        f" its grain, how far neighbours differ, from {rough:.1f} to {smooth:.1f}. Which level"
        " moves which of the two?"
    )
    return shown
