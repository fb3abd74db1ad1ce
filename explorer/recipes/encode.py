"""Recipes of the page Encode: one picture, there and back."""

from collections.abc import Mapping
from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import RecipeError, entries, one_of
from explorer.recipes.latents import BOX, FROM, write_labels, write_picture
from explorer.recipes.page import Page
from explorer.recipes.program import Program
from explorer.views.latents import FromExample, as_label, json_of
from realnvp.viz import GAP

MAX_ZOOM = 8.0

NAMES = {"example": fields.text, "file": fields.plain_name, "tray": fields.text}

# Where the sliders of the crop stand: for the view alone, the pixels follow from the box.
CROP = {
    "zoom": fields.number(1.0, MAX_ZOOM),
    "left_right": fields.number(0.0, 100.0),
    "up_down": fields.number(0.0, 100.0),
}


def picture(name: str, value: Any) -> dict[str, Any]:
    """A check: an example, a file or a pin by its name, with the box that is cut out of it.

    Without a box it is the largest one in the middle.
    """
    source = value.get(FROM) if isinstance(value, dict) else None
    if not isinstance(source, str) or source not in NAMES:
        raise RecipeError(f"{name} must come from one of {', '.join(NAMES)}.")
    return entries(value, {FROM: one_of([source]), "name": NAMES[source], "box": BOX}, ("box",))


def latent_of(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """How the latent that the page shows was made, for a pin.

    Of an example as it is, a latent that any page has; else the recipe of this page.
    """
    source = recipe["picture"]
    if source[FROM] != "example" or "box" in source:
        return dict(recipe)
    return json_of(FromExample(example=source["name"], label=as_label(recipe.get("label"))))


def view_of_picture(recipe: dict[str, Any]) -> dict[str, Any]:
    """The values of the widgets that choose the picture, its crop and its label, by their keys."""
    source, label = recipe["picture"], recipe.get("label")
    view: dict[str, Any] = {"source": "Upload"}
    if source[FROM] == "example":
        view = {"source": "Example", "example": source["name"]}
    elif source[FROM] == "tray":
        view = {"source": "Tray", "pinned": source["name"]}
    view |= {key: recipe[key] for key in CROP if key in recipe}
    if label is not None:
        view["class_of_picture" if isinstance(label, str) else "attributes"] = label
    return view


def _write(program: Program, recipe: dict[str, Any]) -> None:
    program.use("numpy")
    for name in ("error_map", "signed_picture", "tile", "to_rgb"):
        program.use("realnvp.viz", name)
    write_picture(program, recipe["picture"], "x")
    labels = write_labels(program, recipe, "labels")
    given = f", {labels}" if labels else ""
    program.add(f"z = flow.encode(x{given})")
    program.add(f"back = flow.decode(z{given})")
    program.add("noise = signed_picture(flow.picture(z)[0])")
    program.add("shown = [to_rgb(x)[0], noise, to_rgb(back)[0], error_map(back, x)]")
    program.add(f"pixels = tile(numpy.stack(shown), columns=4, gap={GAP})")
    program.save("pixels", "encoded.png")


PAGE = Page(
    {"picture": picture, "label": fields.label, **CROP}, ("label", *CROP), view_of_picture, _write
)
