"""Recipes out of files that somebody sent."""

import io
import json
from typing import Any

from PIL import Image

from explorer.recipes.fields import RecipeError
from realnvp.images import MAX_BYTES

RECIPE = "realnvp"  # the name of the recipe among the texts of a PNG
MAX_JSON = 100_000  # characters


def read_png_recipe(data: bytes) -> dict[str, Any]:
    """The JSON object in the text chunk "realnvp" of a PNG; its pixels are not decoded.

    Raises:
        RecipeError: and nothing else, if there is none.
    """
    if len(data) > MAX_BYTES:
        raise RecipeError(f"The file is too large; at most {MAX_BYTES >> 20} MB can be opened.")
    try:
        # Not .text, which would decode the pixels to see whether texts follow them.
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            found = image.info.get(RECIPE)
    except Exception:
        # Damaged chunks make SyntaxError, ValueError, OSError, struct.error, zlib.error, ...
        raise RecipeError("The file is no PNG, or damaged.") from None
    if not isinstance(found, str):
        raise RecipeError(
            "The PNG holds no recipe: it was not saved here, or something removed it."
        )
    return read_json_recipe(found)


def read_json_recipe(text: str | bytes) -> dict[str, Any]:
    """The JSON object in a text.

    Raises:
        RecipeError: and nothing else, if there is none.
    """
    if len(text) > MAX_JSON:
        raise RecipeError("The recipe is too long.")
    try:
        recipe = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise RecipeError("The recipe is no JSON, or damaged.") from None
    if not isinstance(recipe, dict):
        raise RecipeError("The recipe is no JSON object.")
    return recipe


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
