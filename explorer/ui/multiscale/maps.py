"""A latent as pictures of its own values."""

import streamlit as st

from explorer.ui.levels import COLOURS, show_level_maps
from explorer.ui.multiscale.subject import SIDE, Subject
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.tray import pin_button
from explorer.views.result import FramesResult
from realnvp.viz import to_rgb


def show(subject: Subject) -> FramesResult:
    """Every level of A, channel by channel, and all of it at its pixels."""
    flow, a = subject.flow, subject.a
    st.markdown(
        "What is inside A: each level's latents as signed maps, blue below 0 and red above, and"
        " all of them at the pixels where they were factored out."
    )
    subject.experiment.show()
    shown: FramesResult = subject.draw()
    frames = shown.frames
    ratio = float(frames.norm_ratios)
    show_figures(
        [
            Figure(to_rgb(frames.images)[0], f"{a.name}, decoded", "A", SIDE),
            Figure(
                shown.pixels,
                f"Latent of {a.name}, each variable at its pixel",
                f"z at its pixels, mean over the channels; ‖z‖/√D = {ratio:.3f}",
                SIDE,
            ),
            COLOURS,
        ],
        key="latent_map",
    )
    pin_button(a.pin(subject.checkpoint), key="maps_pin", label="Pin A")
    show_level_maps(flow, frames.z, a.name)
    st.caption(
        "What to notice: a latent that the model has explained looks like plain noise with"
        " ‖z‖/√D near 1; an outline that can still be seen is structure that it has not used. A"
        " sample is noise from the start: take an example or an upload as A."
    )
    return shown
