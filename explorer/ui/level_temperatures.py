"""One temperature for the whole latent, or one for each level."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from explorer.ui import address
from explorer.ui.controls import level_names, slider
from explorer.ui.needs import has
from explorer.ui.own_settings import go_along
from explorer.views.settings import MAX_TEMPERATURE, Slider
from explorer.views.types import TEMPERATURE
from realnvp import RealNVP
from realnvp.default_temperature import DefaultTemperature, of_all_levels

OF_LEVEL = Slider(
    "Level",
    0.0,
    MAX_TEMPERATURE,
    0.05,
    width=220,
    help="The temperature of this level alone; the slider above moves all of them.",
)


def level_temperatures(
    flow: RealNVP, key: str = "temperature", default: DefaultTemperature = 0.7
) -> float | list[float]:
    """The temperature of all levels, or a list with that of each, finest first.

    Args:
        key: of the slider of all levels; a_temperature is beside a_linked, over a_level_1.
        default: on arrival, of all levels or of each.
    """
    linked_key, keys = f"{_stem(key)}linked", level_keys(flow, key)
    at_first, of_all = isinstance(default, float), of_all_levels(default)
    each = [default] * len(keys) if isinstance(default, float) else list(default)
    if not has(flow, "levels"):
        go_along({key: of_all})
        return slider(TEMPERATURE, key, of_all)
    go_along({key: of_all, linked_key: at_first} | dict(zip(keys, each, strict=True)))

    def follow() -> None:
        values = dict.fromkeys(keys, st.session_state[key])
        if st.session_state[linked_key]:
            st.session_state.update(values)  # for when they are shown
        else:
            address.put(values)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        temperature = slider(TEMPERATURE, key, of_all, on_change=follow)
        linked = st.toggle(
            "Link levels",
            at_first,
            key=linked_key,
            bind="query-params",
            on_change=follow,
            help="Unlink to give each level a temperature of its own: warm the finest alone and"
            " texture grows, warm the coarsest alone and the picture becomes another one.",
        )
    if linked:
        return temperature
    with st.container(horizontal=True, gap="medium"):
        return level_sliders(OF_LEVEL, keys, each)


def level_keys(flow: RealNVP, key: str = "temperature") -> list[str]:
    """Of the sliders of the levels, finest first, where `key` is that of all of them."""
    return [f"{_stem(key)}level_{level + 1}" for level in range(flow.config.num_levels)]


def _stem(key: str) -> str:
    return key.removesuffix("temperature")


def level_sliders(setting: Slider, keys: Sequence[str], defaults: Sequence[float]) -> list[float]:
    """A slider for each level, finest first."""
    labels = [f"{name[0].upper()}{name[1:]}" for name in level_names(len(keys))]
    return [
        slider(replace(setting, label=label), key, default)
        for key, label, default in zip(keys, labels, defaults, strict=True)
    ]


def in_words(temperature: float | Sequence[float]) -> str:
    """ "0.70", or "0.70, 0.50, 0.20" for levels of their own."""
    values = [temperature] if isinstance(temperature, float | int) else temperature
    return ", ".join(f"{value:.2f}" for value in values)
