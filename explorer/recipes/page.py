"""What a page says of its recipes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.recipes.fields import Check
from explorer.recipes.program import Program


@dataclass(frozen=True)
class Page:
    """How the recipes of one page are checked, shown and written.

    Args:
        checks: its entries besides "page" and "checkpoint".
        optional: those that may be missing.
        view: the values of the page's widgets, by their keys, which are its query parameters.
        write: adds to a program, which has the model as `flow`, the lines that write the same
            pixels as the page shows.
        needs_model: whether that program has the checkpoint's model as `flow`.
    """

    checks: Mapping[str, Check]
    optional: Collection[str]
    view: Callable[[dict[str, Any]], dict[str, Any]]
    write: Callable[[Program, dict[str, Any]], None]
    needs_model: bool = True
