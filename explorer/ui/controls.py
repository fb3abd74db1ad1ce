"""Controls that several pages have, with what comes back made safe."""

import random
from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.ui import address
from explorer.views.settings import MAX_SEED, LabelField, SeedField, Setting, Slider
from realnvp import RealNVP
from realnvp.labels import EACH, Label, label_names


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


def level_names(count: int) -> list[str]:
    """level 1 (finest), level 2, level 3 (coarsest)."""
    places = {0: " (finest)", count - 1: " (coarsest)"} if count > 1 else {}
    return [f"level {level + 1}{places.get(level, '')}" for level in range(count)]


def given(setting: Setting, key: str) -> dict[str, Any]:
    """What the control of a setting is given: its key is its query parameter."""
    return {
        "key": key,
        "bind": "query-params",
        "width": setting.width or "stretch",
        "help": setting.help,
    }


def unchecked_slider(setting: Slider, key: str, default: Any, **more: Any) -> Any:
    """The control of a number, or of a range; what it gives is not checked yet.

    Args:
        more: that `st.slider` takes.
    """
    more = {"format": setting.format, **given(setting, key), **more}
    return st.slider(setting.label, setting.low, setting.high, default, setting.step, **more)


def slider(setting: Slider, key: str, default: float, **more: Any) -> float:
    """The control of a number, which is in the range."""
    value = unchecked_slider(setting, key, default, **more)
    return float(clamp(value, setting.low, setting.high, default))


def seed_buttons(setting: SeedField, key: str, default: int, flow: RealNVP | None = None) -> int:
    """The field of a seed, with buttons for a new one and for the one before."""
    past, last = st.session_state.setdefault(f"{key}_past", []), f"{key}_last"

    def remember() -> None:
        if last in st.session_state:
            past.append(float(st.session_state[last]))
            del past[:-50]

    def draw() -> None:
        remember()
        st.session_state[key] = float(random.randrange(setting.high + 1))

    def take_back() -> None:
        if past:
            st.session_state[key] = past.pop()

    # Floats that show as whole numbers: a link with a huge integer would overflow in Streamlit. No
    # default but the lowest: it would warn of another one when a callback sets the value.
    value = st.number_input(
        setting.label,
        float(setting.low),
        float(setting.high),
        step=1.0,
        format="%.0f",
        on_change=remember,
        **given(setting, key),
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
    seed = st.session_state[last] = whole(value, setting.low, setting.high, default)
    return seed


def kept_seed(key: str) -> int:
    """A seed that no widget shows, by chance on arrival; `draw_seed` draws another one."""
    text = address.kept(key, str(random.randrange(MAX_SEED + 1)))
    return min(int(text), MAX_SEED) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def draw_seed(key: str) -> None:
    """For callbacks."""
    st.query_params[key] = str(random.randrange(MAX_SEED + 1))


def label_in_words(label: Label) -> str:
    """A label for people: "Coat", "Smiling, Hat", "none"; "" for an unconditional model."""
    if label is None or isinstance(label, str):
        return label or ""
    return ", ".join(label) or "none"


def label_control(setting: LabelField, key: str, default: Label, flow: RealNVP) -> Label:
    """What a conditional model is conditioned on; None for an unconditional one."""
    config, names = flow.config, label_names(flow.config)
    one, several = setting.keys(key)
    present = default if isinstance(default, list | tuple) else ()
    if setting.listed:
        return _listed_label(config.label_kind, names, one, several)
    if config.label_kind == "class":
        offered = [EACH, *names] if setting.every else names
        name = st.selectbox(
            "Class",
            offered,
            index=offered.index(default) if default in offered else 0,
            key=one,
            bind="query-params",
            width=200,
            help="The class that the model is conditioned on; the same noise under another class"
            " keeps its slant and weight.",
        )
        return name if name in offered else offered[0]
    if config.label_kind == "attributes":
        chosen = st.pills(
            "Attributes",
            names,
            selection_mode="multi",
            default=[name for name in names if name in present],
            key=several,
            bind="query-params",
            help="What the model is conditioned on: the chosen ones are present, all others"
            " absent.",
        )
        return tuple(name for name in chosen if name in names)
    return None


def _listed_label(kind: str | None, names: Sequence[str], one: str, several: str) -> Label:
    """The same where there is little room."""
    if kind == "class":
        name = st.selectbox(
            "Class", names, key=one, bind="query-params", help="What the model is conditioned on."
        )
        return name if name in names else names[0]
    if kind == "attributes":
        chosen = st.multiselect(
            "Attributes",
            names,
            key=several,
            bind="query-params",
            help="What the model is conditioned on: the chosen are present, all others absent.",
        )
        return tuple(name for name in names if name in chosen)
    return None
