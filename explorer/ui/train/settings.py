"""How a visitor's model is trained."""

from typing import NamedTuple

import streamlit as st

from explorer.jobs.jobs import JobSettings
from explorer.ui.controls import clamp
from explorer.ui.train.data import Chosen
from realnvp.config import ModelConfig, TrainConfig

WIDTHS = {"small": 8, "medium": 16, "large": 32}
MAX_MINUTES = 60.0
RATES = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032]
INVERSE_PENALTY = 5.0  # nats an image, of a job that has one
RATE = 0.016  # came furthest in a few minutes, on shapes and on digits


class Settings(NamedTuple):
    """What a visitor sets.

    Args:
        minutes: of training.
        width: maps of a residual network.
        rate: the learning rate.
        inverse_penalty: whether there is one.
    """

    minutes: float
    width: int
    rate: float
    inverse_penalty: bool


def model_settings() -> Settings:
    """The controls, and what they are set to."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        minutes = st.slider(
            "Minutes",
            1.0,
            MAX_MINUTES,
            5.0,
            1.0,
            key="minutes",
            bind="query-params",
            width=260,
            help="Of training, on one core of this server. Starting takes some seconds more, and"
            " so does measuring in between and at the end. The learning rate falls to zero over"
            " the minutes, so a longer run is better from its middle on.",
        )
        size = st.segmented_control(
            "Network",
            list(WIDTHS),
            default="small",
            required=True,
            key="network",
            bind="query-params",
            help=", ".join(f"{name}: {width} maps" for name, width in WIDTHS.items())
            + ". A smaller one sees more pictures in the same time.",
        )
        rate = st.select_slider(
            "Learning rate",
            RATES,
            value=RATE,
            key="rate",
            bind="query-params",
            width=200,
            help="How far a step goes at most. Too far, and the loss jumps; not far enough, and it"
            " crawls.",
        )
        inverse_penalty = st.toggle(
            "Inverse penalty",
            key="inverse_penalty",
            bind="query-params",
            help="One step in four also looks at noise and at some of the pictures, and teaches"
            " the way back not to magnify rounding. Slower, and it fits a little less well; worth"
            " it for pictures that are mostly one flat colour, such as digits. What it gains is"
            " said below the curves.",
        )
    rate = float(clamp(rate, RATES[0], RATES[-1], RATE))
    minutes = float(clamp(minutes, 1.0, MAX_MINUTES, 5.0))
    return Settings(minutes, WIDTHS.get(size or "", 8), rate, inverse_penalty)


def job_settings(chosen: Chosen, settings: Settings) -> JobSettings:
    """For pictures of any side: as many levels as it can be halved for, three at most.

    A tenth of the pictures, at most 500, is held out.
    """
    levels = 3 if chosen.size % 4 == 0 and chosen.size > 16 else 2
    validation = max(1, min(500, chosen.images // 10))
    return JobSettings(
        chosen.title,
        ModelConfig(
            channels=chosen.channels,
            image_size=(chosen.size, chosen.size),
            num_levels=levels,
            width=settings.width,
            alpha=chosen.alpha,
        ),
        TrainConfig(
            minutes=settings.minutes,
            batch_size=min(32, chosen.images - validation),
            learning_rate=settings.rate,
            optimizer="soap",  # of a few minutes it makes more
            inverse_penalty=INVERSE_PENALTY if settings.inverse_penalty else 0.0,
            validation=validation,
        ),
        chosen.notes,
    )
