"""Models that draw from one seed."""

from collections.abc import Collection, Sequence

import numpy as np
import streamlit as st

from explorer.recipes.models import COLUMNS, PICTURES
from explorer.ui.card import plain
from explorer.ui.models import ask, default_labels, flow_of
from explorer.ui.tiles import show_tiles
from realnvp import CheckpointError
from realnvp.explore.samples import draw_samples


def choose_model(names: Sequence[str], side: str, taken: Collection[str]) -> str:
    """One of the models; on arrival one that is not taken, if there is another.

    Args:
        side: "left" for example, which is its key and its query parameter.
    """
    others = [index for index, name in enumerate(names) if name not in taken]
    return st.selectbox(
        f"{side.capitalize()} model",
        names,
        index=others[0] if others else 0,
        key=side,
        bind="query-params",
        help="One of the two that draw from the same noise. Which looks sharper, and which falls"
        " apart first as the temperature rises?",
    )


def show_samples(name: str, temperature: float, seed: int, *, key: str) -> np.ndarray | None:
    """Samples of a model, whose pixels it gives back, or one line about why there are none."""
    try:
        with st.spinner("Loading the model"):
            flow = flow_of(name)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. Please choose another one.")
        return None
    labels = default_labels(flow, PICTURES)
    drawn = ask(draw_samples, flow, PICTURES, temperature, seed, labels)
    return show_tiles(
        drawn.images,
        COLUMNS,
        key=key,
        alt=f"{PICTURES} samples of {name} at temperature {temperature:.2f}, seed {seed}",
        caption=f"{name}: drawn in {st.session_state['milliseconds']:.0f} ms",
        room=560,
    )
