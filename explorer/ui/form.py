"""Controls of a view, drawn from what its fields say of themselves.

    form = ui.Form(Sample, flow)
    form.show("temperature")
    with st.container(horizontal=True):
        form.show()  # all others
    view = form.view()

Of a field that has kinds, `form.part(name)` draws the choice of one and gives the form of it. A
control's key is the name of its field, which is the name of its parameter in the address. What
comes back has been checked: bounds of a widget hold for the browser and for links alone, and a
forged message may carry anything.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from explorer.ui.controls import given, label_control, seed_buttons, unchecked_slider
from explorer.ui.level_temperatures import level_sliders, level_temperatures
from explorer.ui.own_settings import go_along
from explorer.views.settings import (
    MISSING,
    Choice,
    Dice,
    Factors,
    LabelField,
    LevelsField,
    ModelTemperature,
    Notches,
    Part,
    SeedField,
    Setting,
    Several,
    Slider,
    Switch,
    Temperatures,
    Whole,
    WholeSlider,
    Written,
)
from explorer.views.view import Settings, kinds_of, tag_field, tag_of
from realnvp import RealNVP

V = TypeVar("V", bound=Settings)


class Form(Generic[V]):
    """The controls of a view: each is drawn where it is shown, and the view is what they say.

    Args:
        kind: of the view.
        prefix: of the controls' keys, for settings inside of a view.
        default: what they show on arrival, where it says so; else what the fields say.
        title: what "{}" stands for in the labels of its fields.
    """

    def __init__(
        self,
        kind: type[V],
        flow: RealNVP,
        prefix: str = "",
        default: V | None = None,
        title: str = "",
    ) -> None:
        self.kind, self.flow, self._prefix, self._title = kind, flow, prefix, title
        self._values: dict[str, Any] = {}
        self._parts: dict[str, Form[Any]] = {}
        own = {name: kind.setting_of(name).on_arrival(flow) for name in kind.model_fields}
        self._arrival = {name: value for name, value in own.items() if value is not MISSING}
        self._arrival |= kind.on_arrival(flow)
        if default is not None:
            self._arrival |= {name: getattr(default, name) for name in default.model_fields_set}

    def default(self, name: str) -> Any:
        """What the control of this field shows on arrival."""
        return self._arrival.get(name, self.kind.model_fields[name].default)

    def suggest(self, **values: Any) -> None:
        """What the controls of these fields show on arrival, where the page knows it better."""
        self._arrival |= values

    def show(self, *names: str, but: Collection[str] = (), **now: Any) -> None:
        """The controls of these fields; without names, of all that are not shown yet.

        Args:
            but: not of these, which are drawn in a way of their own, and `set`.
            now: what is otherwise in their settings, for the moment: a bound, for example.
        """
        for name in names or [name for name in self._plain() if name not in but]:
            setting, key = replace(self._setting(name), **now), self._key(name)
            default = self.default(name)
            if now:
                default = setting.nearest(default)
                shown = st.session_state.get(key)
                if isinstance(shown, int | float):  # it may be out of bounds that were others
                    st.session_state[key] = type(shown)(setting.nearest(shown))
            self.set(name, _control_of(setting)(setting, key, default, self.flow))
            if now:
                self._values[name] = setting.nearest(self._values[name])

    def choose(self, name: str, options: Sequence[Any], otherwise: int | None = 0) -> Any:
        """A field whose options nobody knows but the page; gives the chosen one.

        Args:
            otherwise: which is chosen on arrival where the field's own default is none of them;
                None is none.
        """
        setting, default = self._setting(name), self.default(name)
        index = options.index(default) if default in options else otherwise
        index = index if index is None else index % len(options)
        chosen = st.selectbox(
            setting.label,
            options,
            index=index,
            **given(setting, self._key(name)),
        )
        if chosen not in options:
            chosen = None if index is None else options[index]
        if chosen is not None:
            self.set(name, chosen)
        return chosen

    def part(self, name: str, but: Collection[str] = ()) -> "Form[Any]":
        """The choice of a kind of this field, where there are several, and the form of that.

        Args:
            but: tags of the kinds that are not offered.
        """
        part, key, default = self._setting(name), self._key(name), self.default(name)
        assert isinstance(part, Part)
        kinds, kind = kinds_of(self.kind.model_fields[name].annotation), type(default)
        has_kinds, kinds = len(kinds) > 1, {t: one for t, one in kinds.items() if t not in but}
        prefix = self._prefix if part.inline else f"{key}_"
        if has_kinds:
            kind = choose_kind(part, kinds, kind, prefix, self.flow, label=part.label)
        start = default if isinstance(default, kind) else None
        self._parts[name] = Form(kind, self.flow, prefix, start, part.label)
        return self._parts[name]

    def set(self, name: str, value: Any) -> None:
        """Take this value for a field; its default where it can be none of its values."""
        try:
            value = _adapter(self.kind, name).validate_python(value, strict=True)
        except ValidationError:
            value = self.default(name)
        self._values[name] = value

    def view(self) -> V:
        """What the controls say; of a field that is not shown, its default."""
        parts = {name: form.view() for name, form in self._parts.items()}
        return self.kind(**self._arrival | self._values | parts)

    def _setting(self, name: str) -> Setting:
        setting = self.kind.setting_of(name)
        return replace(setting, label=setting.label.replace("{}", self._title))

    def _key(self, name: str) -> str:
        return f"{self._prefix}{self.kind.model_fields[name].alias or name}"

    def _plain(self) -> list[str]:
        """The fields that are neither shown yet, nor settings with fields of their own."""
        return [
            name
            for name, info in self.kind.model_fields.items()
            if name not in self._values
            and name != tag_field(self.kind)
            and not kinds_of(info.annotation)
        ]


def choose_kind(
    part: Part,
    kinds: Mapping[str, type[Settings]],
    default: type[Settings],
    prefix: str,
    flow: RealNVP,
    *,
    label: str,
) -> type[Settings]:
    """The control that says which of the kinds it is, of those that the model has.

    Args:
        kinds: by their tags.
        prefix: of the control's key, which ends in the name of the tag's field.
    """
    offered = [tag for tag, kind in kinds.items() if kind.fits(flow)]
    first = tag_of(default) if tag_of(default) in offered else offered[0]
    name = tag_field(default)
    assert name is not None
    key = f"{prefix}{default.model_fields[name].alias or name}"
    if part.listed:
        chosen = st.selectbox(
            label,
            offered,
            index=offered.index(first),
            key=key,
            bind="query-params",
            help=part.help,
        )
    else:
        chosen = st.segmented_control(
            label,
            offered,
            default=first,
            required=True,
            key=key,
            bind="query-params",
            help=part.help,
        )
    return kinds[chosen if chosen in offered else first]


@lru_cache(maxsize=512)
def _adapter(kind: type[Settings], name: str) -> TypeAdapter[Any]:
    info = kind.model_fields[name]
    return TypeAdapter(info.rebuild_annotation())


def _model_temperature(setting: ModelTemperature, key: str, default: float, flow: RealNVP) -> Any:
    go_along({key: default})
    return unchecked_slider(setting, key, default)


def _notches(setting: Notches, key: str, default: float, flow: RealNVP) -> Any:
    return st.select_slider(setting.label, setting.notches, default, **given(setting, key))


def _whole(setting: Whole, key: str, default: int, flow: RealNVP) -> Any:
    # Floats that show as whole numbers: a link with a huge integer would overflow in Streamlit.
    value = st.number_input(
        setting.label,
        float(setting.low),
        float(setting.high),
        float(default),
        step=float(setting.step),
        format="%.0f",
        **given(setting, key),
    )
    return round(value) if isinstance(value, float) and value == value else value


def _whole_slider(setting: WholeSlider, key: str, default: int, flow: RealNVP) -> Any:
    return st.slider(setting.label, setting.low, setting.high, default, **given(setting, key))


def _dice(setting: Dice, key: str, default: int, flow: RealNVP) -> Any:
    def draw() -> None:
        st.session_state[key] = float(random.randint(setting.low, setting.high))

    value = _whole(setting, key, default, flow)
    st.button("New", key=f"{key}_new", on_click=draw, help=setting.drawn)
    return value


def _choice(setting: Choice, key: str, default: Any, flow: RealNVP) -> Any:
    options = setting.offered(flow)
    if setting.listed:
        return st.selectbox(
            setting.label, options, index=options.index(default), **given(setting, key)
        )
    return st.segmented_control(
        setting.label,
        options,
        default=default,
        required=True,
        key=key,
        bind="query-params",
        help=setting.help,
    )


def _several(setting: Several, key: str, default: tuple[str, ...], flow: RealNVP) -> Any:
    chosen = st.pills(
        setting.label,
        setting.options,
        selection_mode="multi",
        default=default,
        key=key,
        bind="query-params",
        help=setting.help,
    )
    return tuple(option for option in setting.options if option in chosen)


def _written(setting: Written, key: str, default: str, flow: RealNVP) -> Any:
    return st.text_input(setting.label, default, max_chars=setting.most, **given(setting, key))


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
    Temperatures: lambda setting, key, default, flow: level_temperatures(flow, key, default),
    Factors: lambda setting, key, default, flow: level_sliders(
        setting, [f"{key}_{level}" for level in range(1, len(default) + 1)], default
    ),
    Notches: _notches,
    ModelTemperature: _model_temperature,
    Slider: lambda setting, key, default, flow: unchecked_slider(setting, key, default),
    SeedField: seed_buttons,
    Dice: _dice,
    WholeSlider: _whole_slider,
    Whole: _whole,
    Choice: _choice,
    Several: _several,
    Written: _written,
    Switch: _switch,
    LevelsField: _levels,
    LabelField: label_control,
}


def _control_of(setting: Setting) -> Callable[..., Any]:
    return next(_CONTROLS[base] for base in type(setting).__mro__ if base in _CONTROLS)
