"""Frozen dataclasses of plain JSON types, and what is said of one that cannot be built."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Self, TypeGuard


class ConfigError(ValueError):
    """A configuration that cannot be built; the message names the value and the fix."""


def shown(value: object) -> str:
    """A value out of a file as it may stand in a message: one line, no longer than it helps."""
    text = value if isinstance(value, str) and value.isprintable() else repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def is_line(value: object, most: int) -> TypeGuard[str]:
    """Whether it is one line of letters that can be shown: 1 to so many."""
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= most


def first_few(names: Sequence[str], most: int) -> str:
    """The first of these names with commas between, and "…" where there are more."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def number_within(value: object, low: float, high: float) -> float | None:
    """A value out of a file as a float, if it is a number in the range; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None  # which NaN is not


class Plain:
    """A frozen dataclass of plain JSON types."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dict for JSON; tuples become lists there and come back as tuples."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild from `to_dict` or JSON.

        Raises:
            ConfigError: for a key that this class does not know, or a value it cannot take.
        """
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(values) - known):
            raise ConfigError(cls._unknown(unknown))
        frozen = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        try:
            return cls(**frozen)
        except TypeError as error:
            raise ConfigError(f"{cls._called()} cannot be read: {error}") from None

    @classmethod
    def _called(cls) -> str:
        """In messages."""
        return cls.__name__

    @classmethod
    def _unknown(cls, names: list[str]) -> str:
        """What is said of keys that this class does not know."""
        few = ", ".join(shown(name) for name in names[:3])
        return f"unknown {cls.__name__} entries: {few}"
