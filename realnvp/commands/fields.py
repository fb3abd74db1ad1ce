"""Options of a command, from the fields of a frozen dataclass and what its docstring says of them.

A new field, with its line under "Args:", is a new option: nothing else has to be written.
"""

import argparse
import inspect
import re
from collections.abc import Sequence
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from realnvp.commands import numbers


def add_fields(group: argparse._ArgumentGroup, kind: type, names: Sequence[str] = ()) -> None:
    """An option for each of these fields, or for all: --learning-rate for learning_rate."""
    said, types = described(kind), get_type_hints(kind)
    for field in fields(kind):
        if names and field.name not in names:
            continue
        assert field.default is not MISSING
        how = _how(field.name, types[field.name])
        known = field.default is not None and field.default is not False
        text = said[field.name] + (" (default: %(default)s)" if known else "")
        group.add_argument(
            option_of(field.name), dest=field.name, default=field.default, help=text, **how
        )


def values_of(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """What was given, by the fields that are among the options."""
    given = vars(options)
    return {field.name: given[field.name] for field in fields(kind) if field.name in given}


def words_of(config: Any, names: Sequence[str] = ()) -> list[str]:
    """The options, as in a shell, that give these fields, or all, where they are no defaults."""
    words = []
    for field in fields(config):
        value = getattr(config, field.name)
        if (names and field.name not in names) or value == field.default:
            continue
        option = option_of(field.name)
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option.removeprefix('--')}")
        else:
            words += [option, str(value).removesuffix(".0")]
    return words


def option_of(name: str) -> str:
    """--levels for num_levels: that it is a number is plain there."""
    return f"--{name.removeprefix('num_').replace('_', '-')}"


def described(kind: type) -> dict[str, str]:
    """What the "Args:" of a class's docstring says, by the names of its fields, for argparse."""
    text = inspect.getdoc(kind) or ""
    args = re.split(r"\n\n\S", text.partition("Args:\n")[2])[0]
    found = re.findall(r"^    (\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", args, re.MULTILINE)
    return {
        name: " ".join(words.split()).rstrip(".").replace("%", "%%")
        for names, words in found
        for name in names.split(", ")
    }


def _how(name: str, kind: Any) -> dict[str, Any]:
    """What argparse has to know of a field's type; None stands for "not given"."""
    if get_origin(kind) is Literal:
        return {"choices": get_args(kind)}
    is_optional = NoneType in get_args(kind)
    if is_optional:
        (kind,) = [one for one in get_args(kind) if one is not NoneType]
    if kind is bool:
        return {"action": argparse.BooleanOptionalAction if is_optional else "store_true"}
    return {"type": numbers.seed if name == "seed" else kind}
