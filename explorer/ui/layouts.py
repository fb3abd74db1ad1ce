"""How the kinds of a view are laid out: each in a module that is named for it."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from explorer.views.view import Settings, tag_of


def layout_of(page: str, kind: type[Settings]) -> Callable[..., Any]:
    """`show` of the module that has the kind's tag in lower case, among those of the page."""
    name = tag_of(kind).lower().replace(" ", "_")
    layout: Callable[..., Any] = import_module(f"explorer.ui.{page}.{name}").show
    return layout
