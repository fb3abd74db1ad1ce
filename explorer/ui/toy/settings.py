"""What the page Toy lets a visitor set."""

import random
from typing import Any

import streamlit as st

from explorer.recipes.fields import MAX_SEED
from explorer.recipes.toy import STEPS
from explorer.ui.controls import whole
from explorer.ui.toy import live
from explorer.ui.toy.draw import draw_dots
from realnvp.toy import DATASETS, ToySettings
from realnvp.toy.drawing import from_text
from realnvp.toy.lettering import MAX_LETTERS
from realnvp.toy.training import COUPLINGS, LEARNING_RATES, MAX_STEPS, WIDTHS


def data_picker() -> str:
    """One of `DATASETS`."""
    data = st.segmented_control(
        "Data",
        DATASETS,
        default=DATASETS[0],
        required=True,
        key="data",
        bind="query-params",
        help="Where the points come from. Rings and squares have holes and islands; a bijection"
        " cannot tear the plane, so look for the thin bridges that stay.",
    )
    return data if data in DATASETS else DATASETS[0]


def toy_settings(data: str) -> tuple[ToySettings, dict[str, Any]]:
    """What decides a training, and the same as entries of a recipe."""
    text = _writing() if data == "text" else ""
    drawn = draw_dots() if data == "drawn" else ""
    seed = _seed()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        couplings, width = _couplings(), _width()
    rate = _learning_rate()
    entries: dict[str, Any] = {"data": data}
    entries |= {"text": text} if data == "text" and text else {}
    entries |= {"drawn": drawn} if data == "drawn" else {}
    entries |= {"seed": seed, "couplings": couplings, "width": width, "learning_rate": rate}
    dots = tuple(from_text(drawn))
    return ToySettings(data, seed, text, dots, couplings, width, rate), entries


def _seed() -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        value = st.number_input(
            "Seed",
            0.0,
            float(MAX_SEED),
            step=1.0,
            format="%.0f",
            key="seed",
            bind="query-params",
            width=130,
            help="Of the points, the first weights and the batches. Train with two seeds: the"
            " densities are alike, the ways through the layers are not.",
        )
        st.button(
            "New",
            icon=":material/casino:",
            key="toy_seed_new",
            on_click=lambda: st.session_state.update(seed=float(random.randrange(MAX_SEED + 1))),
            shortcut="n",
            help="A seed by chance; the key N does the same.",
        )
    return whole(value, 0, MAX_SEED, 0)


def _writing() -> str:
    text = st.text_input(
        "Write",
        "flow",
        max_chars=MAX_LETTERS,
        key="text",
        bind="query-params",
        help="The points fill these letters evenly. Which strokes does the flow find first?",
    )
    line = "".join(letter for letter in str(text or "") if letter.isprintable())
    return line[:MAX_LETTERS]


def _couplings() -> int:
    value = st.slider(
        "Couplings",
        *COUPLINGS,
        8,
        key="couplings",
        bind="query-params",
        width=165,
        help="Each moves one coordinate only, by an amount read off the other. With 2 or 3, see how"
        " little they can bend; each more costs time.",
    )
    return whole(value, *COUPLINGS, 8)


def _width() -> int:
    value = st.selectbox(
        "Width",
        WIDTHS,
        index=WIDTHS.index(32),
        key="width",
        bind="query-params",
        width=100,
        help="Of the small networks that say how far to move. With 8 the density has few creases;"
        " with 64 it can follow sharp edges.",
    )
    return value if value in WIDTHS else 32


def _learning_rate() -> float:
    value = st.select_slider(
        "Learning rate",
        LEARNING_RATES,
        0.01,
        key="learning_rate",
        bind="query-params",
        help="How far a step goes, at the start; it falls as training goes on. Too high and the"
        " loss jumps, too low and it crawls.",
    )
    return value if value in LEARNING_RATES else 0.01


def training_buttons() -> int:
    """Train or pause, a few steps, back to the start; gives the step where training ends."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        on = live.is_on()
        st.button(
            "Pause" if on else "Train",
            icon=":material/pause:" if on else ":material/play_arrow:",
            type="primary",
            key="toy_train",
            on_click=live.stop if on else live.start,
            shortcut="t",
            help="Maximum likelihood: every step makes the points of one batch a little more"
            " likely. Watch the light gather where the points are. The key T does the same.",
        )
        st.button(
            f"{live.A_FEW} steps",
            icon=":material/skip_next:",
            key="toy_steps",
            disabled=on,
            on_click=live.want_a_few,
            shortcut="s",
            help="Goes on by a little, to see what moves first. The key S does the same.",
        )
        st.button(
            "Reset",
            icon=":material/replay:",
            key="toy_reset",
            on_click=live.reset,
            shortcut="x",
            help="Back to step 0, where the flow is the identity and the density a plain Gaussian."
            " The key X does the same.",
        )
        value = st.number_input(
            "Stop at step",
            1.0,
            float(MAX_STEPS),
            float(STEPS),
            step=100.0,
            format="%.0f",
            key="until",
            bind="query-params",
            width=150,
            help="Training pauses there; below the step it is at, it begins anew. Look at what the"
            " last thousand steps still gained.",
        )
    return whole(value, 1, MAX_STEPS, STEPS)
