"""One temperature for the whole latent, or one for each level."""

import streamlit as st

from realnvp import RealNVP
from realnvp.recipes.fields import MAX_TEMPERATURE
from ui.controls import clamp, temperature_slider

DEFAULT = 0.7


def equaliser(flow: RealNVP) -> float | list[float]:
    """The temperature of all levels, or a list with that of each, finest first."""
    faders = [f"level_{level + 1}" for level in range(flow.config.num_levels)]
    names = fader_names(flow)

    def follow() -> None:
        st.session_state.update(dict.fromkeys(faders, st.session_state["temperature"]))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        temperature = temperature_slider(default=DEFAULT, on_change=follow)
        linked = st.toggle(
            "Link levels",
            True,
            key="linked",
            bind="query-params",
            on_change=follow,
            help="Unlink to give each level a temperature of its own: warm the finest alone and"
            " texture grows, warm the coarsest alone and the picture becomes another one.",
        )
    if linked:
        return temperature
    with st.container(horizontal=True, gap="medium"):
        return [_fader(key, name) for key, name in zip(faders, names, strict=True)]


def fader_names(flow: RealNVP) -> list[str]:
    """Of the levels, finest first."""
    count = flow.config.num_levels
    places = {0: " (finest)", count - 1: " (coarsest)"}
    return [f"Level {level + 1}{places.get(level, '')}" for level in range(count)]


def _fader(key: str, name: str) -> float:
    value = st.slider(
        name,
        0.0,
        MAX_TEMPERATURE,
        DEFAULT,
        0.05,
        key=key,
        bind="query-params",
        width=220,
        help="The temperature of this level alone; the slider above moves all of them.",
    )
    return float(clamp(value, 0.0, MAX_TEMPERATURE, DEFAULT))


def in_words(temperature: float | list[float]) -> str:
    """ "0.70", or "0.70, 0.50, 0.20" for levels of their own."""
    values = temperature if isinstance(temperature, list) else [temperature]
    return ", ".join(f"{value:.2f}" for value in values)
