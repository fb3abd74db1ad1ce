"""A view as Python that writes its pixels."""

import re
from typing import Any

from explorer.source_code import source_code
from explorer.views.view import Settings, View, drawing_of
from realnvp.own_flows import own_flows

WIDTH = 88  # of a line; a longer one is broken


def program_of(checkpoint: str, view: View) -> str:
    """A program that makes the view again and saves it.

    Every value goes through `literal`, so nothing in a recipe can become code.
    """
    used: dict[str, set[str]] = {}
    for part in view.parts():
        used.setdefault(type(part).__module__, set()).add(type(part).__name__)
    imports = [f"from {module} import {', '.join(sorted(used[module]))}" for module in sorted(used)]
    lines = [
        f'"""{type(view).__name__}: written by the RealNVP latent explorer."""',
        "",
        *imports,
    ]
    if view.needs_model:
        lines += _opening(checkpoint)
    else:
        lines += [""]
    lines += [
        f"view = {literal(view)}",
        f"view.run({'flow' if view.needs_model else ''}).save({literal(view.file)})",
    ]
    return "\n".join(lines) + "\n"


def _opening(checkpoint: str) -> list[str]:
    if own := own_flows().get(checkpoint):
        where = "The file lies beside." if own.file else "Python finds the module."
        opening = f"flow = realnvp.open_flow({literal(own.beside)})"
        return ["import realnvp", "", f"# Runs this code. {where}", opening]
    # Folded, as in the app: the plain form rounds otherwise, and a byte may come out one off.
    opening = f"flow = fold(realnvp.load({literal(checkpoint)}))"
    return ["import realnvp", "from realnvp.inference import fold", "", opening]


def source_of(view: View) -> str:
    """What `view.run` does with what was made, as it stands in the code."""
    return source_code(type(drawing_of(view)).draw)


def literal(value: Any, indent: int = 0) -> str:
    """A view, or a string, number, truth value, None, list or tuple, as Python writes it.

    Raises:
        TypeError: for anything else: its text might be code.
    """
    if isinstance(value, Settings):
        differ = _differing(value)
        given = [
            f"{name}={literal(getattr(value, name), indent + 4)}"
            for name in type(value).model_fields
            if name in differ
        ]
        return _call(type(value).__name__ + "(", given, ")", indent)
    if isinstance(value, list | tuple):
        inside = [literal(item, indent + 4) for item in value]
        if isinstance(value, list):
            return _call("[", inside, "]", indent)
        return f"({inside[0]},)" if len(inside) == 1 else _call("(", inside, ")", indent)
    if type(value) not in (str, int, float, bool, type(None)):
        raise TypeError(f"{type(value).__name__} has no literal")
    text = repr(value)
    # Double quotes, as the formatter would have it, where that needs no escapes.
    if isinstance(value, str) and re.fullmatch(r"'[^'\"\\]*'", text):
        return f'"{text[1:-1]}"'
    return text


def _differing(value: Settings) -> set[str]:
    """The fields that differ from their defaults."""
    fields = type(value).model_fields
    return {name for name, info in fields.items() if getattr(value, name) != info.default}


def _call(start: str, given: list[str], end: str, indent: int) -> str:
    line = f"{start}{', '.join(given)}{end}"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    space = " " * (indent + 4)
    return start + "".join(f"\n{space}{one}," for one in given) + f"\n{' ' * indent}{end}"
