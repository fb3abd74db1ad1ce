"""One temperature for the whole latent, or one for each level."""

from collections.abc import Sequence

import streamlit as st

from explorer.recipes.fields import MAX_TEMPERATURE
from explorer.ui import address
from explorer.ui.controls import clamp, level_names, temperature_slider
from realnvp import RealNVP

DEFAULT = 0.7


def equaliser(flow: RealNVP) -> float | list[float]:
    """The temperature of all levels, or a list with that of each, finest first."""
    faders = fader_keys(flow)

    def follow() -> None:
        values = dict.fromkeys(faders, st.session_state["temperature"])
        if st.session_state["linked"]:
            st.session_state.update(values)  # for when they are shown
        else:
            address.put(values)

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
        return [_fader(key, level, len(faders)) for level, key in enumerate(faders)]


def fader_keys(flow: RealNVP) -> list[str]:
    """Of the sliders of the levels, finest first; that of all of them is "temperature"."""
    return [f"level_{level + 1}" for level in range(flow.config.num_levels)]


def _fader(key: str, level: int, count: int) -> float:
    value = st.slider(
        level_names(count)[level].capitalize(),
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


def in_words(temperature: float | Sequence[float]) -> str:
    """ "0.70", or "0.70, 0.50, 0.20" for levels of their own."""
    values = [temperature] if isinstance(temperature, float | int) else temperature
    return ", ".join(f"{value:.2f}" for value in values)
