"""A picture in recipes of pages that are no views yet."""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import RecipeError, entries, one_of
from explorer.recipes.latents import BOX, FROM
from explorer.views.pictures import MAX_ZOOM

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
