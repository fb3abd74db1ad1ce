"""Python that a recipe is written as."""

import re
from typing import Any

_LIBRARY, _OTHERS, _OWN = range(3)


class Program:
    """Lines of a program with the imports they need, in the house's order.

    Every value from a recipe goes through `literal`, so nothing in a recipe can become code.
    """

    def __init__(self, title: str, checkpoint: str, *, needs_model: bool = True) -> None:
        self.checkpoint = checkpoint
        self._title = title
        self._plain: set[tuple[int, str]] = set()
        self._named: dict[tuple[int, str], set[str]] = {}
        self._lines: list[str] = []
        if not needs_model:
            return
        self.use("realnvp")
        self.use("realnvp.inference", "fold")
        # Folded, as in the app: the plain form rounds otherwise, and a byte may come out one off.
        self.add(f"flow = fold(realnvp.load({literal(checkpoint)}))")

    def use(self, module: str, name: str | None = None) -> None:
        """Import a module, or one name of it."""
        place = (_group(module), module)
        if name is None:
            self._plain.add(place)
        else:
            self._named.setdefault(place, set()).add(name)

    def add(self, line: str) -> None:
        self._lines.append(line)

    def add_once(self, line: str) -> None:
        """A line that several latents need, but only the first writes."""
        if line not in self._lines:
            self.add(line)

    def save(self, pixels: str, file: str) -> None:
        """Write an array of pixels as PNG."""
        self.use("PIL", "Image")
        self.add(f"Image.fromarray({pixels}).save({literal(file)})")

    def text(self) -> str:
        """The whole program."""
        groups = []
        for group in (_LIBRARY, _OTHERS, _OWN):
            lines = [f"import {module}" for at, module in sorted(self._plain) if at == group]
            lines += [
                f"from {module} import {', '.join(sorted(names))}"
                for (at, module), names in sorted(self._named.items())
                if at == group
            ]
            if lines:
                groups.append("\n".join(lines))
        imports = "\n\n".join(groups)
        return f'"""{self._title}"""\n\n{imports}\n\n' + "\n".join(self._lines) + "\n"


def literal(value: Any) -> str:
    """A string, number, truth value, None, or a list or tuple of them, as Python writes it.

    Raises:
        TypeError: for anything else: its text might be code.
    """
    if isinstance(value, list | tuple):
        inside = ", ".join(literal(item) for item in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if type(value) not in (str, int, float, bool, type(None)):
        raise TypeError(f"{type(value).__name__} has no literal")
    text = repr(value)
    # Double quotes, as the formatter would have it, where that needs no escapes.
    if isinstance(value, str) and re.fullmatch(r"'[^'\"\\]*'", text):
        return f'"{text[1:-1]}"'
    return text


def _group(module: str) -> int:
    if module.split(".")[0] in ("realnvp", "explorer"):
        return _OWN
    return _OTHERS if module in ("torch", "PIL", "numpy") else _LIBRARY
