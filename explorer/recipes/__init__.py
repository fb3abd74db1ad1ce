"""Recipes: what a page shows, as plain JSON that makes it again.

    {"page": "sample", "checkpoint": "faces32", "temperature": 0.7, "seed": 42, "pictures": 64,
     "order": "as drawn"}

A latent in a recipe is a recipe itself: {"from": "sample", "seed": 3, "temperature": 0.7}. A page
joins by a module with a `PAGE` and a line in `PAGES`; a way to come by a latent by a line in
`latents.KINDS`. Recipes arrive in files and are checked before anything is made of them.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from explorer.recipes import (
    anatomy,
    atlas,
    axes,
    compare,
    directions,
    encode,
    interpolate,
    likelihood,
    models,
    multiscale,
    sample,
    toy,
)
from explorer.recipes.fields import RecipeError, entries, one_of, plain_name
from explorer.recipes.files import read_json_recipe, read_png_recipe
from explorer.recipes.page import Page
from explorer.recipes.program import Program

__all__ = [
    "PAGES",
    "RecipeError",
    "checked",
    "link_of",
    "python_of",
    "read_json_recipe",
    "read_png_recipe",
    "view_of",
]

PAGES = {
    "sample": sample.PAGE,
    "axes": axes.PAGE,
    "encode": encode.PAGE,
    "interpolate": interpolate.PAGE,
    "multiscale": multiscale.PAGE,
    "directions": directions.PAGE,
    "atlas": atlas.PAGE,
    "likelihood": likelihood.PAGE,
    "compare": compare.PAGE,
    "anatomy": anatomy.PAGE,
    "models": models.PAGE,
    "toy": toy.PAGE,
}


def checked(recipe: object) -> dict[str, Any]:
    """The recipe with numbers brought into their ranges.

    Raises:
        RecipeError: if an entry is unknown, missing or of the wrong kind.
    """
    page, checks = _page(recipe)
    return entries(recipe, checks, page.optional)


def view_of(recipe: object) -> dict[str, Any]:
    """The values of the widgets that show it again, by their keys; the model's among them.

    Raises:
        RecipeError: as `checked`.
    """
    recipe = checked(recipe)
    return {"checkpoint": recipe["checkpoint"]} | PAGES[recipe["page"]].view(recipe)


def link_of(recipe: object) -> str:
    """The address that restores the view, relative to the app's: "sample?seed=42&...".

    What only a visitor has, a file or a tray, is not in it.

    Raises:
        RecipeError: as `checked`.
    """
    view = view_of(recipe)
    return f"{checked(recipe)['page']}?{urlencode({k: _query(v) for k, v in view.items()}, True)}"


def python_of(recipe: object) -> str:
    """A program that writes the same pixels as the page shows, to a PNG beside it.

    On another kind of device than the page's, a byte may come out one off.

    Raises:
        RecipeError: as `checked`.
    """
    recipe = checked(recipe)
    title = f"{recipe['page'].capitalize()}: written by the RealNVP latent explorer."
    page = PAGES[recipe["page"]]
    program = Program(title, recipe["checkpoint"], needs_model=page.needs_model)
    page.write(program, recipe)
    return program.text()


def _page(recipe: object) -> tuple[Page, dict[str, Any]]:
    name = recipe.get("page") if isinstance(recipe, dict) else None
    if not isinstance(name, str) or name not in PAGES:
        known = ", ".join(PAGES)
        raise RecipeError(f"This is no recipe of a page that is here ({known}).")
    page = PAGES[name]
    return page, {"page": one_of([name]), "checkpoint": plain_name, **page.checks}


def _query(value: Any) -> str | Iterable[str]:
    """A widget's value as it stands in an address: whole numbers without a point."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return [str(_query(item)) for item in value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
