"""A latent as pictures of its own values."""

import streamlit as st

from explorer.ui.levels import COLOURS, show_level_maps
from explorer.ui.multiscale.subject import SIDE, Shown, Subject
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.tray import pin_button
from realnvp import RealNVP
from realnvp.explore.frames import Frames, frames_of
from realnvp.viz import signed_picture, to_rgb


def maps_view(subject: Subject) -> Shown:
    """Every level of A, channel by channel, and all of it at its pixels."""
    flow, a = subject.flow, subject.a
    st.markdown(
        "What is inside A: each level's latents as signed maps, blue below 0 and red above, and"
        " all of them at the pixels that they were laid down at."
    )
    frames = subject.ask(1, _whole, a)
    recipe = subject.recipe("Maps")
    pixels = signed_picture(flow.picture(frames.z)[0])
    ratio = float(frames.norm_ratios)
    show_figures(
        [
            Figure(to_rgb(frames.images)[0], f"{a.name}, decoded", "A", SIDE),
            Figure(
                pixels,
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
    return Shown(recipe, pixels, frames)


def _whole(flow: RealNVP, a: Source) -> Frames:
    return frames_of(flow, a.z, a.labels, with_bits=False)
