"""What a setting of a view is: its type, range, label and help, each said once.

A setting is an annotated type. What stands in the annotation brings a value into its range, draws
its control, and writes it into an address:

    temperature: Annotated[float, Slider("Temperature", 0.0, 1.5, 0.05, help="...")] = 0.7

In an address a value is text, or several texts for a list; `text_of` and `Setting.read` are the two
directions. A control has the name of its field, which is the name of its query parameter.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from realnvp import RealNVP
from realnvp.default_temperature import default_temperature, of_all_levels

Query = Mapping[str, Sequence[str]]  # of an address: every value of every parameter

MAX_SEED = 999_999
MAX_TEMPERATURE = 1.5
MAX_LEVELS = 8
MAX_TEXT = 200


@dataclass(frozen=True)
class Setting:
    """A setting of any type.

    Args:
        label: over the control.
        help: what it does, and what to look for.
        width: of the control, in CSS pixels; None is the browser's choice.
    """

    label: str = ""
    help: str = field(default="", kw_only=True)
    width: int | None = field(default=None, kw_only=True)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = core_schema.no_info_before_validator_function(self.taken, handler(source))
        return core_schema.no_info_after_validator_function(self.nearest, schema)

    def taken(self, value: Any) -> Any:
        """The value in the field's type, where another type says the same: JSON has lists."""
        return tuple(value) if isinstance(value, list) else value

    def nearest(self, value: Any) -> Any:
        """The value, or the nearest that the control can show."""
        return value

    def on_arrival(self, flow: RealNVP) -> Any:
        """What the control shows on arrival, where the model says it; else `MISSING`."""
        return MISSING

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        """What its controls then show, by their keys, which are its parameters in an address."""
        return {name: value}

    def read(self, name: str, query: Query) -> Any:
        """The value that an address has, as JSON has it; `MISSING` where it has none."""
        texts = query.get(name)
        return MISSING if not texts else self.value_of(texts)

    def value_of(self, texts: Sequence[str]) -> Any:
        """The value that these texts stand for."""
        return texts[-1]


class _Missing:
    """No value at all; None may be one."""


MISSING = _Missing()


def text_of(value: Any) -> str | list[str]:
    """A value as it stands in an address: whole numbers without a point, "" for an empty list."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return [str(text_of(item)) for item in value] or ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def query_of(controls: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What controls show, as it stands in an address, by the same keys."""
    return {key: text_of(value) for key, value in controls.items()}


def by_level(name: str, query: Query) -> Any:
    """The numbers of name_1, name_2 and so on, as a list; `MISSING` where there is none."""
    levels = (query.get(f"{name}_{level}") for level in range(1, MAX_LEVELS + 1))
    return [_number(texts[-1]) for texts in levels if texts] or MISSING


def _whole(value: Any) -> Any:
    """3 for 3.0; what is not whole stays."""
    whole = isinstance(value, float) and math.isfinite(value) and value.is_integer()
    return int(value) if whole else value


def _number(text: str) -> Any:
    """A number where it is one; else the text, for the check to complain of."""
    try:
        return float(text)
    except ValueError:
        return text


@dataclass(frozen=True)
class Slider(Setting):
    """A number from `low` to `high`.

    Args:
        format: of the number over the slider, as `printf` has it.
    """

    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    format: str | None = field(default=None, kw_only=True)

    def taken(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return float(min(max(value, self.low), self.high))  # it may be too large for a float
        return super().taken(value)

    def nearest(self, value: float) -> float:
        if math.isnan(value):
            raise PydanticCustomError("float_type", "must be a number")
        return min(max(value, self.low), self.high)

    def value_of(self, texts: Sequence[str]) -> Any:
        return _number(texts[-1])


@dataclass(frozen=True)
class ModelTemperature(Slider):
    """A temperature that is the model's own on arrival."""

    def on_arrival(self, flow: RealNVP) -> Any:
        own = default_temperature(flow.card, flow.config.num_levels)
        return self.nearest(of_all_levels(own))


@dataclass(frozen=True)
class Notches(Slider):
    """One of a few numbers on a slider, `low` and `high` the first and the last."""

    notches: tuple[float, ...] = field(default=(), kw_only=True)

    def nearest(self, value: float) -> float:
        value = super().nearest(value)
        return min(self.notches, key=lambda notch: abs(notch - value))


@dataclass(frozen=True)
class Numbers(Slider):
    """Several numbers from `low` to `high`."""

    def taken(self, value: Any) -> Any:
        return tuple(map(super().taken, value)) if isinstance(value, list | tuple) else value

    def nearest(self, value: Any) -> Any:
        return tuple(map(super().nearest, value))


@dataclass(frozen=True)
class Range(Numbers):
    """Two numbers from `low` to `high`, the lower first."""

    def nearest(self, value: Any) -> Any:
        return tuple(sorted(super().nearest(value)))

    def value_of(self, texts: Sequence[str]) -> Any:
        return [_number(text) for text in texts]


@dataclass(frozen=True)
class Whole(Setting):
    """A whole number from `low` to `high`.

    Args:
        step: of the control's buttons.
    """

    low: int = 0
    high: int = 100
    step: int = field(default=1, kw_only=True)

    def taken(self, value: Any) -> Any:
        return _whole(value)

    def controls(self, name: str, value: int) -> dict[str, Any]:
        return {name: float(value)}  # see the control

    def nearest(self, value: int) -> int:
        return min(max(value, self.low), self.high)

    def value_of(self, texts: Sequence[str]) -> Any:
        return _number(texts[-1])


@dataclass(frozen=True)
class WholeSlider(Whole):
    """A whole number on a slider."""


@dataclass(frozen=True)
class Dice(Whole):
    """A whole number with a button for another one by chance.

    Args:
        drawn: what the button gives.
    """

    drawn: str = field(default="A seed by chance.", kw_only=True)


@dataclass(frozen=True)
class SeedField(Whole):
    """A whole number with buttons for a new one and for the one before."""


@dataclass(frozen=True)
class Choice(Setting):
    """One of the options of a `Literal`.

    Args:
        options: those of the field's type, which are filled in from there.
        listed: in a list that opens, for options of many words; else side by side.
    """

    options: tuple[Any, ...] = field(default=(), kw_only=True)
    listed: bool = field(default=False, kw_only=True)

    def offered(self, flow: RealNVP) -> tuple[Any, ...]:
        """The options that a model has."""
        return self.options

    def taken(self, value: Any) -> Any:
        # Python, and so a `Literal`, has True and 1.0 for 1.
        return value if not isinstance(value, bool | float) else str(value)

    def value_of(self, texts: Sequence[str]) -> Any:
        named = {str(text_of(option)): option for option in self.options}
        return named.get(texts[-1], texts[-1])


@dataclass(frozen=True)
class Switch(Setting):
    """On or off."""

    def value_of(self, texts: Sequence[str]) -> Any:
        return {"true": True, "false": False}.get(texts[-1].lower(), texts[-1])


@dataclass(frozen=True)
class LevelsField(Setting):
    """Levels of the model, as people count them: from 1, the finest; in order, each once."""

    def taken(self, value: Any) -> Any:
        return tuple(map(_whole, value)) if isinstance(value, list | tuple) else value

    def nearest(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({min(max(level, 1), MAX_LEVELS) for level in value}))

    def value_of(self, texts: Sequence[str]) -> Any:
        return [_number(text) for text in texts if text]


@dataclass(frozen=True)
class Temperatures(Slider):
    """One temperature for all levels, or one for each, finest first.

    In an address "linked" says which, and the levels' own are level_1, level_2 and so on; those of
    a_temperature are a_linked, a_level_1. On arrival it is the model's own.
    """

    def on_arrival(self, flow: RealNVP) -> Any:
        return self.nearest(default_temperature(flow.card, flow.config.num_levels))

    def nearest(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(Slider.nearest(self, one) for one in value)
        return Slider.nearest(self, value)

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        stem = name.removesuffix("temperature")
        if not isinstance(value, tuple):
            return {name: value, f"{stem}linked": True}
        own = {f"{stem}level_{level}": one for level, one in enumerate(value, start=1)}
        return {f"{stem}linked": False, **own}

    def read(self, name: str, query: Query) -> Any:
        stem = name.removesuffix("temperature")
        if list(query.get(f"{stem}linked", ())) != ["false"]:
            return super().read(name, query)
        return by_level(f"{stem}level", query)


@dataclass(frozen=True)
class Factors(Numbers):
    """A slider for each level of the model, with keys that end in the level."""

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        return {f"{name}_{level}": one for level, one in enumerate(value, start=1)}

    def read(self, name: str, query: Query) -> Any:
        return by_level(name, query)


@dataclass(frozen=True)
class LabelField(Setting):
    """What a model is conditioned on: a class by its name, or the attributes that are present.

    Args:
        every: for a model of classes, "each in turn" is offered too.
        listed: the attributes are chosen from a list that opens, where there is little room.
    """

    every: bool = field(default=False, kw_only=True)
    listed: bool = field(default=False, kw_only=True)

    def keys(self, name: str) -> tuple[str, str]:
        """Of the controls for a class and for attributes: a_label has a_class, a_attributes."""
        stem = name.removesuffix("label")
        # A list with another first entry is another control.
        return f"{stem}{'class' if self.every or stem else 'class_of_picture'}", f"{stem}attributes"

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        if value is None:
            return {}
        one, several = self.keys(name)
        return {one: value} if isinstance(value, str) else {several: list(value)}

    def read(self, name: str, query: Query) -> Any:
        one, several = self.keys(name)
        if texts := query.get(one):
            return texts[-1]
        texts = query.get(several)
        return MISSING if texts is None else [text for text in texts if text]


@dataclass(frozen=True)
class Names(Setting):
    """Several names."""

    def value_of(self, texts: Sequence[str]) -> Any:
        return [text for text in texts if text]


@dataclass(frozen=True)
class Tuples(Setting):
    """A tuple of tuples of a few values each, such as the corners of a polygon."""

    def taken(self, value: Any) -> Any:
        return tuple(map(super().taken, value)) if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Several(Names):
    """Any of the options, in their order."""

    options: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Written(Setting):
    """A line to write, of at most so many letters."""

    most: int = MAX_TEXT


@dataclass(frozen=True)
class Unlinked(Setting):
    """What no address can hold: a file that a visitor sent, and which part of it is used."""

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Part(Setting):
    """A view inside of a view, such as a latent: its parameters begin with the field's name.

    Its label and help are those of the control that chooses among kinds, where there are several.

    Args:
        inline: they do not.
        listed: as `Choice` has it.
    """

    inline: bool = field(default=False, kw_only=True)
    listed: bool = field(default=False, kw_only=True)
