"""Models that draw from one seed."""

import streamlit as st

from explorer.ui import address
from explorer.ui.card import plain
from explorer.ui.models import flow_of, run
from explorer.ui.offer import ACTIONS, offer_on, pin_of_sample
from explorer.ui.tiles import Action, tiles_of
from explorer.views.models import COLUMNS, PICTURES, SideBySide
from explorer.views.recipe import Recipe
from explorer.views.sample import Drawn, Sample
from realnvp import CheckpointError

SAMPLE = Action("sample", "→ Sample", "Opens the page Sample with this model, seed, temperature.")


def show_samples(name: str, view: SideBySide, *, key: str) -> Drawn | None:
    """The sheet of one of the models, or one line about why there is none.

    Its pictures are latents of that model: what is done with one opens with it.
    """
    try:
        with st.spinner("Loading the model"):
            flow = flow_of(name)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. Please choose another one.")
        return None
    shown = run(view.sheet, flow)
    drawn, seed, temperature = shown.samples, view.seed, view.temperature
    figure = tiles_of(
        drawn.images,
        COLUMNS,
        alt=f"{PICTURES} samples of {name} at temperature {view.temperature:.2f}, seed {view.seed}",
        caption=f"{name}: drawn in {st.session_state['milliseconds']:.0f} ms",
        titles=[f"Sample {place + 1} of seed {seed}, {name}" for place in drawn.places.tolist()],
        room=560,
    )
    sheet = Recipe(name, Sample(seed=seed, temperature=temperature, pictures=16))
    offer_on(
        [figure],
        lambda index: pin_of_sample(flow, name, drawn, index, seed, temperature),
        key=key,
        actions=[*ACTIONS, SAMPLE],
        own={SAMPLE.name: lambda index: address.go("sample", sheet.controls())},
    )
    return shown
