"""What may stand in a recipe: one check for each kind of value."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from explorer.views.recipe import RecipeError, short
from explorer.views.settings import MAX_SEED, MAX_TEMPERATURE, MAX_TEXT

__all__ = ["MAX_SEED", "MAX_TEMPERATURE", "MAX_TEXT", "RecipeError", "short"]

# A check takes the name of an entry and its value, and gives the value to go on with: a number
# outside its range comes back as the nearest inside, as a widget would have it.
Check = Callable[[str, Any], Any]


def entries(recipe: object, checks: Mapping[str, Check], optional: Collection[str] = ()) -> dict:
    """The entries of a recipe, each checked, in the order of `checks`.

    Raises:
        RecipeError: if it is no object, or an entry is unknown, missing or of the wrong kind.
    """
    if not isinstance(recipe, dict):
        raise RecipeError(f"A recipe is a JSON object, not {short(recipe)}.")
    if unknown := [key for key in recipe if key not in checks]:
        raise RecipeError(f"The recipe has an entry that is unknown here: {short(unknown[0])}.")
    if missing := [key for key in checks if key not in recipe and key not in optional]:
        raise RecipeError(f"The recipe has no {missing[0]!r}.")
    return {key: check(key, recipe[key]) for key, check in checks.items() if key in recipe}


def variant(
    name: str, value: object, key: str, kinds: Mapping[str, Mapping[str, Check]]
) -> dict[str, Any]:
    """An object whose entry `key` says which of `kinds` it is, with the entries of that kind.

    Raises:
        RecipeError: if it is none of them, or an entry is unknown, missing or of the wrong kind.
    """
    kind = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in kinds:
        raise RecipeError(f"{name} must {key} one of {', '.join(kinds)}, not {short(kind)}.")
    rest = {other: entry for other, entry in value.items() if other != key}
    return {key: kind} | entries(rest, kinds[kind])


def number(low: float, high: float) -> Check:
    """A finite number; the nearest in the range."""

    def check(name: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
            raise RecipeError(f"{name} must be a number, not {short(value)}.")
        # Compared before it becomes a float: a whole number may be too large for one.
        return float(min(max(value, low), high))

    return check


def whole(low: int, high: int) -> Check:
    """A whole number; the nearest in the range."""

    def check(name: str, value: Any) -> int:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise RecipeError(f"{name} must be a whole number, not {short(value)}.")
        if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
            raise RecipeError(f"{name} must be a whole number, not {short(value)}.")
        return int(min(max(value, low), high))

    return check


def one_of(options: Collection[Any]) -> Check:
    """One of these, and nothing like it."""

    def check(name: str, value: Any) -> Any:
        for option in options:
            if type(value) is type(option) and value == option:
                return option
        raise RecipeError(f"{name} cannot be {short(value)}; it is one of {list(options)}.")

    return check


def flag(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise RecipeError(f"{name} must be true or false, not {short(value)}.")
    return value


def text(name: str, value: Any) -> str:
    """A short text of one line."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise RecipeError(f"{name} must be a line of at most {MAX_TEXT} letters.")
    return value


def plain_name(name: str, value: Any) -> str:
    """The name of a file or a checkpoint, without a folder."""
    value = text(name, value)
    if "/" in value or "\\" in value or value.startswith("."):
        raise RecipeError(f"{name} must be a plain name, without a folder.")
    return value


def several(check: Check, low: int, high: int) -> Check:
    """A list of `low` to `high` such values."""

    def check_all(name: str, values: Any) -> list[Any]:
        if not isinstance(values, list | tuple) or not low <= len(values) <= high:
            raise RecipeError(f"{name} must be a list of {low} to {high} values.")
        return [check(name, value) for value in values]

    return check_all


def temperature(name: str, value: Any) -> float | list[float]:
    """One number, or one for each level, finest first."""
    one = number(0.0, MAX_TEMPERATURE)
    return several(one, 1, 8)(name, value) if isinstance(value, list | tuple) else one(name, value)


def single(value: float | list[float]) -> float:
    """The temperature that all levels share.

    Raises:
        RecipeError: if they do not; no slider shows that.
    """
    values = value if isinstance(value, list) else [value]
    if len(set(values)) > 1:
        raise RecipeError("Levels with temperatures of their own have no link; save the PNG.")
    return values[0]


def label(name: str, value: Any) -> str | list[str]:
    """The name of a class, or the list of the attributes that are present."""
    if isinstance(value, list | tuple):
        return several(text, 0, 4096)(name, value)
    return text(name, value)
