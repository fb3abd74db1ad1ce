"""Controls of a view, drawn from what its fields say of themselves.

    form = ui.Form(Sample, flow)
    form.show("temperature")
    with st.container(horizontal=True):
        form.show()  # all others
    view = form.view()

A control's key is the name of its field, which is the name of its parameter in the address. What
comes back has been checked: bounds of a widget hold for the browser and for links alone, and a
forged message may carry anything.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from explorer.ui.controls import label_control, seed_buttons
from explorer.ui.equaliser import equaliser
from explorer.views.settings import (
    Choice,
    LabelField,
    LevelsField,
    SeedField,
    Setting,
    Slider,
    Switch,
    Temperatures,
    Whole,
)
from explorer.views.view import Settings
from realnvp import RealNVP

V = TypeVar("V", bound=Settings)


class Form(Generic[V]):
    """The controls of a view: each is drawn where it is shown, and the view is what they say.

    Args:
        kind: of the view.
        prefix: of the controls' keys, for settings inside of a view.
    """

    def __init__(self, kind: type[V], flow: RealNVP, prefix: str = "") -> None:
        self._kind, self._flow, self._prefix = kind, flow, prefix
        self._values: dict[str, Any] = {}

    def show(self, *names: str) -> None:
        """The controls of these fields; without names, of all that are not shown yet."""
        for name in names or [name for name in self._kind.model_fields if name not in self._values]:
            self._values[name] = control(self._kind, name, self._flow, prefix=self._prefix)

    def view(self) -> V:
        """What the controls say; of a field that is not shown, its default."""
        return self._kind(**self._values)


def control(kind: type[Settings], name: str, flow: RealNVP, *, prefix: str = "") -> Any:
    """The control of one field; gives its value, or the default where that is none."""
    setting, default = kind.setting_of(name), kind.model_fields[name].default
    draw = next(_CONTROLS[base] for base in type(setting).__mro__ if base in _CONTROLS)
    value = draw(setting, f"{prefix}{name}", default, flow)
    try:
        return _adapter(kind, name).validate_python(value, strict=True)
    except ValidationError:
        return default


@lru_cache(maxsize=512)
def _adapter(kind: type[Settings], name: str) -> TypeAdapter[Any]:
    info = kind.model_fields[name]
    return TypeAdapter(info.rebuild_annotation())


def _slider(setting: Slider, key: str, default: float, flow: RealNVP) -> Any:
    return st.slider(
        setting.label,
        setting.low,
        setting.high,
        default,
        setting.step,
        key=key,
        bind="query-params",
        width=setting.width or "stretch",
        help=setting.help,
    )


def _whole(setting: Whole, key: str, default: int, flow: RealNVP) -> Any:
    # Floats that show as whole numbers: a link with a huge integer would overflow in Streamlit.
    value = st.number_input(
        setting.label,
        float(setting.low),
        float(setting.high),
        float(default),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
        width=setting.width or "stretch",
        help=setting.help,
    )
    return round(value) if isinstance(value, float) and value == value else value


def _choice(setting: Choice, key: str, default: Any, flow: RealNVP) -> Any:
    if setting.listed:
        return st.selectbox(
            setting.label,
            setting.options,
            index=setting.options.index(default),
            key=key,
            bind="query-params",
            width=setting.width or "stretch",
            help=setting.help,
        )
    return st.segmented_control(
        setting.label,
        setting.options,
        default=default,
        required=True,
        key=key,
        bind="query-params",
        help=setting.help,
    )


def _switch(setting: Switch, key: str, default: bool, flow: RealNVP) -> Any:
    return st.toggle(setting.label, default, key=key, bind="query-params", help=setting.help)


def _levels(setting: LevelsField, key: str, default: tuple[int, ...], flow: RealNVP) -> Any:
    offered = list(range(1, flow.config.num_levels + 1))
    chosen = st.pills(
        setting.label,
        offered,
        selection_mode="multi",
        default=[level for level in offered if level in default],
        key=key,
        bind="query-params",
        help=f"{setting.help} Level 1 is the finest.",
    )
    return tuple(level for level in offered if level in chosen)


# By the kind of setting; one that is not here is drawn as the kind that it is a kind of.
_CONTROLS: dict[type[Setting], Callable[..., Any]] = {
    Temperatures: lambda setting, key, default, flow: equaliser(flow),
    Slider: _slider,
    SeedField: seed_buttons,
    Whole: _whole,
    Choice: _choice,
    Switch: _switch,
    LevelsField: _levels,
    LabelField: label_control,
}
