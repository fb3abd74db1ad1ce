"""Controls that several pages have, with what comes back made safe."""

import random
from collections.abc import Callable

import streamlit as st
from torch import Tensor

from explorer.recipes.fields import MAX_SEED, MAX_TEMPERATURE
from explorer.recipes.sample import MAX_TIMES
from realnvp import RealNVP
from realnvp.labels import EACH, label_names, labels_of


def clamp(value: object, low: float, high: float, default: float) -> float:
    """The nearest number in the range; what is no number is the default.

    Bounds of a widget hold for the browser and for links; a forged message may carry anything.
    """
    if not isinstance(value, int | float) or value != value:
        return default
    return min(max(value, low), high)


def whole(value: object, low: int, high: int, default: int) -> int:
    """The nearest whole number in the range, which is what a field without decimals shows."""
    return round(clamp(value, low, high, default))


def is_set(key: str) -> bool:
    """Whether the visitor, a link or a recipe has set a widget already."""
    return key in st.session_state or key in st.query_params


def level_names(count: int) -> list[str]:
    """level 1 (finest), level 2, level 3 (coarsest)."""
    places = {0: " (finest)", count - 1: " (coarsest)"} if count > 1 else {}
    return [f"level {level + 1}{places.get(level, '')}" for level in range(count)]


def temperature_slider(
    key: str = "temperature", default: float = 0.7, on_change: Callable[[], None] | None = None
) -> float:
    """How much of the noise is used, 0 to `MAX_TEMPERATURE`."""
    value = st.slider(
        "Temperature",
        0.0,
        MAX_TEMPERATURE,
        default,
        0.05,
        key=key,
        bind="query-params",
        on_change=on_change,
        help="Every latent is multiplied by this. 1 is the model itself; lower is smoother and more"
        " alike, 0 the single most likely latent; above 1 pictures fall apart.",
    )
    return float(clamp(value, 0.0, MAX_TEMPERATURE, default))


def size_picker(flow: RealNVP) -> int:
    """How many times the trained size pictures are to be: 1, 2 or 3."""
    height, width = flow.config.image_size
    offered = list(range(1, MAX_TIMES + 1))
    # Without other words for the options: those would stand in the address, model by model.
    times = st.segmented_control(
        f"Times {height} × {width}",
        offered,
        default=1,
        required=True,
        key="times",
        bind="query-params",
        help="The network is convolutional, so larger noise becomes larger pictures. It was never"
        " shown any: texture goes on, faces repeat or melt.",
    )
    return times if times in offered else 1


def seed_picker(key: str = "seed") -> int:
    """A seed to type, to draw anew or to take back; call it inside a horizontal container."""
    past, last = st.session_state.setdefault(f"{key}_past", []), f"{key}_last"

    def remember() -> None:
        if last in st.session_state:
            past.append(float(st.session_state[last]))
            del past[:-50]

    def draw() -> None:
        remember()
        st.session_state[key] = float(random.randrange(MAX_SEED + 1))

    def take_back() -> None:
        if past:
            st.session_state[key] = past.pop()

    # Floats that show as whole numbers: a link with a huge integer would overflow in Streamlit. No
    # default but the lowest: it would warn of another one when a callback sets the value.
    value = st.number_input(
        "Seed",
        0.0,
        float(MAX_SEED),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
        width=150,
        on_change=remember,
        help="The noise that is turned into pictures. The same seed gives the same noise at every"
        " temperature: move the slider and watch the same faces change.",
    )
    st.button(
        "New",
        icon=":material/casino:",
        key=f"{key}_new",
        on_click=draw,
        shortcut="n",
        help="A seed by chance; the key N does the same.",
    )
    st.button(
        "Back",
        icon=":material/undo:",
        key=f"{key}_back",
        on_click=take_back,
        disabled=not past,
        help="The seed before this one.",
    )
    seed = st.session_state[last] = whole(value, 0, MAX_SEED, 0)
    return seed


def label_picker(flow: RealNVP, n: int, *, every: bool = True) -> tuple[Tensor | None, str]:
    """Labels for n pictures of a conditional model, and the choice in words; else None and "".

    Args:
        every: for a model of classes, offer all of them in turn.
    """
    config = flow.config
    if config.label_kind is None:
        return None, ""
    names = label_names(config)
    if config.label_kind == "class":
        offered = [EACH, *names] if every else names
        name = st.selectbox(
            "Class",
            offered,
            key="class" if every else "class_of_picture",
            bind="query-params",
            width=200,
            help="What the model is told to draw; the same noise under another class keeps its"
            " slant and weight.",
        )
        name = name if name in offered else offered[0]
        return labels_of(config, name, n), name
    chosen = st.pills(
        "Attributes",
        names,
        selection_mode="multi",
        key="attributes",
        bind="query-params",
        help="What the model is told about the picture; what is not chosen is told to be absent.",
    )
    chosen = [name for name in chosen if name in names]
    return labels_of(config, chosen, n), ", ".join(chosen) or "none"
