"""Every checkpoint with its card, and two of them side by side."""

import streamlit as st

import ui
from realnvp import CheckpointError
from realnvp.explore.samples import draw_samples
from ui.card import plain, readable, show_card
from ui.models import checkpoint_names, flow_of

ui.page(
    "Models",
    "What each model was trained on, how well it fits, and what it cannot do. The one in use is"
    " what every page shows.",
)
COUNT, COLUMNS = 16, 4


@st.fragment(key="pair")
def pair() -> None:
    st.markdown(
        "One seed is one noise $z$ for both, if their pictures are of one size. Do they make"
        " anything alike of it? Every model has learned a meaning of its own for $z$."
    )
    names = readable(checkpoint_names())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        temperature = ui.temperature_slider()
        seed = ui.seed_picker()
    taken = ""
    for side, column in zip(("left", "right"), st.columns(2, gap="medium"), strict=True):
        with column:
            others = [index for index, name in enumerate(names) if name != taken]
            taken = st.selectbox(
                f"{side.capitalize()} model",
                names,
                index=others[0] if others else 0,
                key=side,
                bind="query-params",
                help="One of the two that draw from the same noise. Which looks sharper, and"
                " which falls apart first as the temperature rises?",
            )
            show_samples(taken, temperature, seed, key=f"{side}_tiles")
    ui.last_call()


def show_samples(name: str, temperature: float, seed: int, *, key: str) -> None:
    """The samples of one model, or one line about why there are none."""
    try:
        with st.spinner("Loading the model"):
            flow = flow_of(name)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. Please choose another one.")
        return
    labels = ui.default_labels(flow, COUNT)
    drawn = ui.ask(draw_samples, flow, COUNT, temperature, seed, labels)
    ui.show_tiles(
        drawn.images,
        COLUMNS,
        key=key,
        alt=f"{COUNT} samples of {name} at temperature {temperature:.2f}, seed {seed}",
        caption=f"{name}: drawn in {st.session_state['milliseconds']:.0f} ms",
        room=560,
    )


cards, beside = st.tabs(
    ["Cards", "Side by side"], key="models_view", on_change="rerun", bind="query-params"
)
if cards.open:
    with cards:
        for name in checkpoint_names():
            show_card(name, st.session_state["checkpoint"])
if beside.open:
    with beside:
        pair()
