"""What a page shows, to take away and to open again."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from explorer.recipes import (
    RecipeError,
    checked,
    python_of,
    read_json_recipe,
    read_png_recipe,
    view_of,
)
from explorer.ui import address
from explorer.ui.arrival import arrived, file_arrival
from explorer.ui.card import plain
from explorer.ui.downloads import picture_file
from explorer.ui.models import checkpoint_names
from explorer.views.recipe import Recipe

_NAMES_OF_MODELS = ("checkpoint", "left", "right")  # entries of recipes
_PROBLEM, _OPENED = "recipe_problem", "recipes_opened"


def recipe_menu(
    recipe: Mapping[str, Any] | Recipe, pixels: np.ndarray | None = None, name: str = "recipe"
) -> None:
    """A button under which the view can be taken away: as link, Python, JSON and PNG.

    Args:
        recipe: of the page, as `explorer.recipes` has it.
        pixels: what the page shows, uint8 (H, W, 3 or 4), for a PNG with the recipe in it.
        name: of the file, and of this menu on the page.
    """
    made = recipe.json() if isinstance(recipe, Recipe) else dict(recipe)
    with st.popover(
        "Recipe",
        icon=":material/receipt_long:",
        key=f"{name}_recipe",
        help="Make these pixels again: with a link, in Python, or from the file itself.",
    ):
        link, python, plain = st.tabs(["Link", "Python", "JSON"])
        with link:
            _code(lambda: address.link(made), None)
            st.caption("Shows this view to anyone, but not your tray or your files.")
        with python:
            if isinstance(recipe, Recipe):
                st.code(recipe.python(), "python", wrap_lines=True)
            else:
                _code(lambda: python_of(made), "python")
            st.caption("Writes the same pixels, with the core alone: no app is needed.")
            if isinstance(recipe, Recipe):
                st.caption("What `run` comes to, here and there:")
                st.code(recipe.source(), "python", wrap_lines=True)
        with plain:
            st.code(json.dumps(made, indent=2, ensure_ascii=False), "json", wrap_lines=True)
            st.caption("The same stands in the PNG. Both can be opened again in the sidebar.")
        if pixels is not None:
            picture_file(pixels, name, made)


def open_recipe() -> None:
    """An uploader for a PNG or JSON with a recipe in it, that leads to its page with its view."""
    # After each file other keys: the popover closes, and the same file can be opened again.
    key = f"recipe_file_{st.session_state.get(_OPENED, 0)}"
    with st.popover(
        "Open a recipe",
        icon=":material/file_open:",
        key=f"{key}_open",
        help="A PNG that was saved here, or JSON.",
    ):
        file_arrival(
            "PNG or JSON",
            key,
            "Its page opens and shows what the file shows. Nothing in it is run.",
            on_change=_open,
            args=(key,),
        )
    if problem := st.session_state.get(_PROBLEM):
        st.warning(plain(problem), icon=":material/info:")


def _code(text: Any, language: str | None) -> None:
    try:
        st.code(text(), language, wrap_lines=True)
    except RecipeError as error:
        st.info(plain(str(error)))


def _open(key: str) -> None:
    data = arrived(key)
    if data is None:
        return
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1
    st.session_state[_PROBLEM] = ""
    try:
        read = read_png_recipe if data.startswith(b"\x89PNG") else read_json_recipe
        recipe = checked(read(data))
        for name in (recipe[entry] for entry in _NAMES_OF_MODELS if entry in recipe):
            if name not in checkpoint_names():
                raise RecipeError(f"The recipe needs the model {name!r}: not here.")
        view = view_of(recipe)
    except RecipeError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        address.go(recipe["page"], view)
