"""Each level of a latent scaled by a factor of its own."""

import streamlit as st
import torch
from torch import Tensor

from explorer.recipes.fields import MAX_TEMPERATURE
from explorer.ui.controls import clamp, level_names
from explorer.ui.multiscale.subject import (
    SIDE,
    Shown,
    Subject,
    difference,
    difference_bar,
    show_pinnable,
)
from explorer.ui.tiles import show_figures
from realnvp import RealNVP
from realnvp.explore.frames import Frames, frames_of, repeat_labels
from realnvp.explore.levels import temper


def temperature_view(subject: Subject) -> Shown:
    """A beside A with its levels turned up and down."""
    flow, a = subject.flow, subject.a
    st.markdown("Each level of A times a factor of its own, $z_i \\leftarrow T_i\\, z_i$.")
    with st.container(horizontal=True, gap="medium"):
        names = level_names(flow.config.num_levels)
        factors = [_fader(level, name) for level, name in enumerate(names)]

    frames = subject.ask(2, _tempered, a.z, a.labels, factors)
    recipe = subject.recipe("Temperature", factors=factors)
    words = ", ".join(f"{factor:.2f}" for factor in factors)
    before, after = frames.norm_ratios.tolist()
    pair, changed = st.columns([2, 1], gap="medium")
    with pair:
        pixels = show_pinnable(
            subject,
            frames,
            2,
            key="tempered",
            names=[a.name, f"{a.name}, levels times {words}"],
            recipe=recipe,
            labels=["A", f"T = {words}"],
            alt=f"{a.name}, and with its levels times {words}",
            caption=f"‖z‖/√D goes from {before:.2f} to {after:.2f}. Press a picture to pin it.",
            room=2 * SIDE,
        )
    with changed:
        what = f"{a.name} with its levels times {words}, less {a.name}"
        show_figures([difference(frames, what, "The difference")], key="tempered_difference")
        difference_bar("tempered_bar")
    st.caption(
        "What to notice: the finest level turned down takes the grain away, turned up it makes"
        " noise; the coarsest goes from a plain mean (0) to strong contrasts (above 1)."
    )
    return Shown(recipe, pixels, frames)


def _fader(level: int, name: str) -> float:
    default = 1.0 if level else 0.0  # on arrival there is something to see
    value = st.slider(
        f"{name[0].upper()}{name[1:]}",
        0.0,
        MAX_TEMPERATURE,
        default,
        0.05,
        key=f"factor_{level + 1}",
        bind="query-params",
        width=200,
        help="The level's latents are multiplied by this: 1 leaves them as they are, 0 is their"
        " most likely value. Look at the difference to see where it acts.",
    )
    return float(clamp(value, 0.0, MAX_TEMPERATURE, default))


def _tempered(flow: RealNVP, a: Tensor, labels: Tensor | None, factors: list[float]) -> Frames:
    z = torch.cat([a, temper(flow, a, factors)])
    return frames_of(flow, z, repeat_labels(labels, 2), with_bits=False)
