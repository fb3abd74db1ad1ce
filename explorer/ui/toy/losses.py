"""The numbers of the toy."""

import math

import streamlit as st

LN_2 = math.log(2)


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
