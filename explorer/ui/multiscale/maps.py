"""A latent as pictures of its own values."""

import streamlit as st

from explorer.ui.levels import COLOURS, show_level_maps
from explorer.ui.multiscale.measures import level_norms, neighbours
from explorer.ui.multiscale.subject import SIDE, Subject
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.tray import pin_button
from explorer.views.result import FramesResult
from realnvp.numerals import numeral
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
    st.markdown(_notice(level_norms(flow, frames.z), neighbours(flow, frames.z)))
    show_level_maps(flow, frames.z, a.name)
    return shown


def _notice(norms: list[float], together: list[float]) -> str:
    """How near each level is to plain noise, in numbers."""
    told = ", ".join(
        f"level {number}: {norm:.2f} and {numeral(pair, '+.2f')}"
        for number, (norm, pair) in enumerate(zip(norms, together, strict=True), start=1)
    )
    return (
        "**What to notice.** ‖z‖/√D of each level, and how neighbours along a row go together:"
        f" {told}. Plain noise at T = 1 has 1 and 0; a correlation well away from 0 is an outline"
        " that the model has not used. A sample is noise from the start: take an example or an"
        " upload as A."
    )
