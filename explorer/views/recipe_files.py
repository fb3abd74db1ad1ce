"""Recipes out of files that somebody sent."""

import io
import json
import struct
from typing import Any

from PIL import Image

from explorer.views.recipe import RecipeError
from realnvp.images import MAX_BYTES

RECIPE = "realnvp"  # the name of the recipe among the texts of a PNG
MAX_JSON = 100_000  # characters
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_NAME = RECIPE.encode() + b"\0"
_END = b"\0\0\0\0IEND\xaeB`\x82"


def read_png_recipe(data: bytes) -> dict[str, Any]:
    """The JSON object in the text "realnvp" of a PNG, wherever in it; its pixels are not decoded.

    Raises:
        RecipeError: and nothing else, if there is none.
    """
    if len(data) > MAX_BYTES:
        raise RecipeError(f"The file is too large; at most {MAX_BYTES >> 20} MB can be opened.")
    try:
        # Pillow reads texts that follow the pixels only once it has decoded those.
        with Image.open(io.BytesIO(_without_pixels(data)), formats=("PNG",)) as image:
            found = image.info.get(RECIPE)
    except Exception:
        # Damaged chunks make SyntaxError, ValueError, OSError, struct.error, zlib.error, ...
        raise RecipeError("The file is no PNG, or damaged.") from None
    if not isinstance(found, str):
        raise RecipeError(
            "The PNG holds no recipe: it was not saved here, or something removed it."
        )
    return read_json_recipe(found)


def _without_pixels(data: bytes) -> bytes:
    """The PNG's header with its texts of our name, before or after the pixels, as a PNG.

    Raises:
        ValueError: if it is no PNG.
    """
    if not data.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    kept, position = [_SIGNATURE], len(_SIGNATURE)
    while position + 12 <= len(data):  # length, kind, and at the end a checksum
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break  # cut off: what came before is whole
        named = kind in _TEXTS and data.startswith(_NAME, position + 8)
        if kind == b"IHDR" or named:
            kept.append(data[position:end])
        if kind == b"IEND":
            break
        position = end
    return b"".join([*kept, _END])


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
