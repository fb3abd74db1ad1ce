"""Recipes: what a page shows, as plain JSON that makes it again.

    {"page": "sample", "checkpoint": "faces32", "temperature": 0.7, "seed": 42, "pictures": 64,
     "order": "as drawn"}

A latent in a recipe is a recipe itself: {"from": "sample", "seed": 3, "temperature": 0.7}. A page
joins by a module with a `PAGE` and a line in `PAGES`; a way to come by a latent by a line in
`latents.KINDS`. Recipes arrive in files and are checked before anything is made of them.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from explorer.recipes import (
    atlas,
    axes,
    compare,
    directions,
    likelihood,
    models,
    toy,
)
from explorer.recipes.fields import RecipeError, entries, one_of, plain_name
from explorer.recipes.files import read_json_recipe, read_png_recipe
from explorer.recipes.page import Page
from explorer.recipes.program import Program
from explorer.views.anatomy import Anatomy
from explorer.views.encode import Encode
from explorer.views.interpolate import Interpolate
from explorer.views.multiscale import Multiscale
from explorer.views.recipe import read_recipe
from explorer.views.sample import Sample
from explorer.views.settings import text_of
from explorer.views.view import View

__all__ = [
    "PAGES",
    "VIEWS",
    "RecipeError",
    "checked",
    "link_of",
    "python_of",
    "query_of",
    "read_json_recipe",
    "read_png_recipe",
    "view_of",
]

VIEWS: dict[str, type[View]] = {
    "sample": Sample,
    "encode": Encode,
    "interpolate": Interpolate,
    "multiscale": Multiscale,
    "anatomy": Anatomy,
}
PAGES = {
    "axes": axes.PAGE,
    "directions": directions.PAGE,
    "atlas": atlas.PAGE,
    "likelihood": likelihood.PAGE,
    "compare": compare.PAGE,
    "models": models.PAGE,
    "toy": toy.PAGE,
}


def checked(recipe: object) -> dict[str, Any]:
    """The recipe with numbers brought into their ranges.

    Raises:
        RecipeError: if an entry is unknown, missing or of the wrong kind.
    """
    if _is_view(recipe):
        return read_recipe(VIEWS, recipe).json()
    page, checks = _page(recipe)
    return entries(recipe, checks, page.optional)


def view_of(recipe: object) -> dict[str, Any]:
    """The values of the widgets that show it again, by their keys; the model's among them.

    Raises:
        RecipeError: as `checked`.
    """
    if _is_view(recipe):
        read = read_recipe(VIEWS, recipe)
        return {"checkpoint": read.checkpoint} | read.view.controls()
    recipe = checked(recipe)
    return {"checkpoint": recipe["checkpoint"]} | PAGES[recipe["page"]].view(recipe)


def link_of(recipe: object) -> str:
    """The address that restores the view, relative to the app's: "sample?seed=42&...".

    What only a visitor has, a file or a tray, is not in it.

    Raises:
        RecipeError: as `checked`.
    """
    return f"{checked(recipe)['page']}?{urlencode(query_of(view_of(recipe)), doseq=True)}"


def query_of(view: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The values of widgets as they stand in an address, by the same keys."""
    return {key: text_of(value) for key, value in view.items()}


def python_of(recipe: object) -> str:
    """A program that writes the same pixels as the page shows, to a PNG beside it.

    On another kind of device than the page's, a byte may come out one off.

    Raises:
        RecipeError: as `checked`.
    """
    if _is_view(recipe):
        return read_recipe(VIEWS, recipe).python()
    recipe = checked(recipe)
    title = f"{recipe['page'].capitalize()}: written by the RealNVP latent explorer."
    page = PAGES[recipe["page"]]
    program = Program(title, recipe["checkpoint"], needs_model=page.needs_model)
    page.write(program, recipe)
    return program.text()


def _is_view(recipe: object) -> bool:
    return isinstance(recipe, dict) and recipe.get("page") in (*VIEWS,)


def _page(recipe: object) -> tuple[Page, dict[str, Any]]:
    name = recipe.get("page") if isinstance(recipe, dict) else None
    if not isinstance(name, str) or name not in PAGES:
        known = ", ".join([*VIEWS, *PAGES])
        raise RecipeError(f"This is no recipe of a page that is here ({known}).")
    page = PAGES[name]
    return page, {"page": one_of([name]), "checkpoint": plain_name, **page.checks}
