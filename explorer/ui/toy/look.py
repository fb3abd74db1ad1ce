"""How the toy is looked at, and its numbers."""

import math
from typing import Any

import streamlit as st

from explorer.recipes.fields import MAX_TEMPERATURE
from explorer.recipes.toy import SHOWN
from explorer.ui.controls import clamp
from realnvp.toy.views import STRAIGHT

LN_2 = math.log(2)


def view_settings(couplings: int) -> dict[str, Any]:
    """How it is looked at, as entries of a recipe."""
    temperature = st.slider(
        "Temperature",
        0.0,
        MAX_TEMPERATURE,
        1.0,
        0.05,
        key="temperature",
        bind="query-params",
        help="Of the samples: every latent is multiplied by it. At 1 they lie as the data do;"
        " lower, they crowd where the latent's middle went, which need not be where the"
        " density is highest.",
    )
    if st.session_state.get("layer", 0.0) > couplings:  # there are fewer now
        st.session_state["layer"] = float(couplings)
    layer = st.slider(
        "Layer",
        0.0,
        float(couplings),
        0.0,
        0.1,
        key="layer",
        bind="query-params",
        help="0 is the data's side, the last one the latent's. The scrubber under the picture"
        " is the same: between two layers only one coordinate moves.",
    )
    shown = st.pills(
        "Show",
        SHOWN,
        selection_mode="multi",
        default=SHOWN,
        key="shown",
        bind="query-params",
        help="The grid alone shows best how the plane is bent.",
    )
    straight = st.segmented_control(
        "Grid straight in",
        STRAIGHT,
        default=STRAIGHT[0],
        required=True,
        key="straight",
        bind="query-params",
        help="A grid ruled on the data's side and bent forwards, or ruled on the latent's and"
        " bent back: where its meshes are small, the density is high.",
    )
    log_scale = st.toggle(
        "Log scale",
        key="log_scale",
        bind="query-params",
        help="Of the density's colours. It shows the bridges between the parts, thousands of"
        " times less likely, that the linear scale hides.",
    )
    return {
        "temperature": float(clamp(temperature, 0.0, MAX_TEMPERATURE, 1.0)),
        "layer": float(clamp(layer, 0.0, couplings, 0.0)),
        "straight": straight if straight in STRAIGHT else STRAIGHT[0],
        "log_scale": bool(log_scale),
        "shown": [name for name in shown or () if name in SHOWN],
    }


def show_losses(step: int, held_out: float, own: float) -> None:
    """Numbers of a training at a step: its loss, and the true density's own."""
    with st.container(horizontal=True, gap="medium"):
        st.metric(
            "Step",
            f"{step:,}",
            width="content",
            help="Of Adam, each with 512 points.",
        )
        st.metric(
            "Loss (nats)",
            _signed(held_out),
            width="content",
            help="−log p of a point, on average over points that are never trained on:"
            f" {held_out / LN_2:.3f} bits a point.",
        )
        st.metric(
            "At best (nats)",
            _signed(own),
            width="content",
            help="What the true density needs for the same points: it is known, because these data"
            " are made. The loss of the best of models comes down to it.",
        )
        st.metric(
            "Gap (nats)",
            _signed(held_out - own),
            width="content",
            help="Loss less the best: an estimate of the Kullback–Leibler divergence from the data"
            " to the model. A good fit of the moons has about 0.05.",
        )


def _signed(nats: float) -> str:
    return f"{nats:.3f}".replace("-", "−")
