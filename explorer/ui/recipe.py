"""What a page shows, to take away and to open again."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from explorer.pages import VIEWS
from explorer.ui import address
from explorer.ui.arrival import arrived, file_arrival
from explorer.ui.card import plain
from explorer.ui.downloads import picture_files
from explorer.ui.models import checkpoint_names
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from explorer.views.recipe_files import read_json_recipe, read_png_recipe

_NAMES_OF_MODELS = ("checkpoint", "left", "right")  # entries of recipes
_PROBLEM, _OPENED = "recipe_problem", "recipes_opened"


def recipe_menu(recipe: Recipe, pixels: np.ndarray | None = None, name: str = "recipe") -> None:
    """Buttons to take the view away: as PNG, and under one more as link, Python and JSON.

    Args:
        recipe: of the page.
        pixels: what the page shows, uint8 (H, W, 3 or 4), for a PNG with the recipe in it.
        name: of the file, and of this menu on the page.
    """
    made = recipe.json()
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if pixels is not None:
            picture_files(pixels, name, made)
        _how(recipe, made, name)


def _how(recipe: Recipe, made: Mapping[str, Any], name: str) -> None:
    # What nobody has opened is neither written nor sent: an eighth of what a page sends.
    menu = st.popover(
        "Recipe",
        icon=":material/receipt_long:",
        key=f"{name}_recipe",
        on_change="rerun",
        help="Make these pixels again: with a link, in Python, or from the file itself.",
    )
    if not menu.open:
        return
    with menu:
        link, python, plain = st.tabs(["Link", "Python", "JSON"])
    with link:
        st.code(address.link(recipe), None, wrap_lines=True)
        st.caption("Shows this view to anyone, but not your tray or your files.")
    with python:
        st.code(recipe.python(), "python", wrap_lines=True)
        st.caption("Writes the same pixels; no server is needed. What `run` does:")
        st.code(recipe.source(), "python", wrap_lines=True)
    with plain:
        st.code(json.dumps(made, indent=2, ensure_ascii=False), "json", wrap_lines=True)
        st.caption("The same stands in the PNG. Both can be opened again in the sidebar.")


def open_recipe() -> None:
    """An uploader for a PNG or JSON with a recipe in it, that leads to its page with its view."""
    # After each file other keys: the popover closes, and the same file can be opened again.
    key = f"recipe_file_{st.session_state.get(_OPENED, 0)}"
    menu = st.popover(
        "Open a recipe",
        icon=":material/file_open:",
        key=f"{key}_open",
        on_change="rerun",
        help="A PNG that was saved here, or JSON.",
    )
    if menu.open:
        with menu:
            file_arrival(
                "PNG or JSON",
                key,
                "Its page opens and shows what the file shows. Nothing in it is run.",
                on_change=_open,
                args=(key,),
            )
    if problem := st.session_state.get(_PROBLEM):
        st.warning(plain(problem), icon=":material/info:")


def _open(key: str) -> None:
    data = arrived(key)
    if data is None:
        return
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1
    st.session_state[_PROBLEM] = ""
    try:
        read = read_png_recipe if data.startswith(b"\x89PNG") else read_json_recipe
        recipe = read_recipe(VIEWS, read(data))
        fields = recipe.json()
        for name in (fields[entry] for entry in _NAMES_OF_MODELS if entry in fields):
            if name not in checkpoint_names():
                raise RecipeError(f"The recipe needs the model {name!r}: not here.")
    except RecipeError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        address.go(recipe.view.page, recipe.controls())
