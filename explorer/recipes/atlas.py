"""Recipes of the page Atlas: the neighbours of one picture of the map, or of one put on it.

    {"page": "atlas", "checkpoint": "fashion", "at": 12, "projection": "PCA", "colour": "Label",
     "marks": "Thumbnails"}

At 0 is the picture that was put on it, "picture", as the page Encode has it.
"""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.encode import CROP, picture, view_of_picture
from explorer.recipes.fields import RecipeError
from explorer.recipes.latents import write_labels, write_picture
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.atlas_file import MAX_PICTURES

PROJECTIONS = ("PCA", "t-SNE")
MARKS = ("Thumbnails", "Dots")
LABEL, BITS, NORM = "Label", "Bits/dim", "Norm"  # to colour by; a level's norm is "Norm, level 1"


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    _check_at(recipe)
    view = {"at": float(recipe["at"]), "place": "picture" in recipe}
    view |= {key: recipe[key] for key in ("projection", "colour", "marks")}
    return view | (view_of_picture(recipe) if "picture" in recipe else {})


def _check_at(recipe: dict[str, Any]) -> None:
    if recipe["at"] == 0 and "picture" not in recipe:
        raise RecipeError("The recipe has no 'picture', which is the one at 0.")


def _write(program: Program, recipe: dict[str, Any]) -> None:
    _check_at(recipe)
    program.use("realnvp.atlas_file", "read_atlas")
    for name in ("neighbour_sheet", "neighbours"):
        program.use("realnvp.explore.atlas", name)
    program.use("realnvp.explore.encode_set", "encode_set")
    program.add(f"given = read_atlas({literal(program.checkpoint)}, flow.config)")
    program.add("atlas = encode_set(flow, given)")
    if recipe["at"] == 0:
        write_picture(program, recipe["picture"], "x")
        labels = write_labels(program, recipe, "labels")
        program.add(f"z = flow.encode(x{labels and f', {labels}'})")
        program.add("found = neighbours(atlas, z, x)")
    else:
        program.add(f"row = {recipe['at'] - 1}")
        program.add("z, x = atlas.z[row : row + 1], atlas.images[row : row + 1]")
        program.add("found = neighbours(atlas, z, x, without=row)")
    program.add("pixels = neighbour_sheet(atlas, found)")
    program.save("pixels", "neighbours.png")


PAGE = Page(
    {
        "at": fields.whole(0, MAX_PICTURES),
        "picture": picture,
        "label": fields.label,
        **CROP,
        "projection": fields.one_of(PROJECTIONS),
        "colour": fields.text,
        "marks": fields.one_of(MARKS),
    },
    ("picture", "label", *CROP),
    _view,
    _write,
)
