"""Recipes of the page Anatomy: one step of a picture, or of a sample, through the flow.

    {"page": "anatomy", "checkpoint": "faces32", "start": {"from": "example", "name": "sample 1"},
     "step": 3, "layout": "at their pixels", "pixel": [16, 17]}

A picture goes to its latent and back, a sample, {"from": "sample", "seed": 0, "temperature": 0.7},
from its latent to the picture. Steps are counted from 1, pixels (row, column) from 0.
"""

from typing import Any

from explorer.recipes import encode, fields
from explorer.recipes.latents import FROM, latent, write_labels, write_latent, write_picture
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from explorer.step_maps import LAYOUTS

STARTS = ("a picture", "a sample")
MAX_STEPS = 999
MAX_SIDE = 4096


def start(name: str, value: Any) -> dict[str, Any]:
    """A check: the recipe of a sample, or of a picture as the page Encode has it."""
    if isinstance(value, dict) and value.get(FROM) == "sample":
        return latent(name, value)
    return encode.picture(name, value)


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    row, column = (float(place) for place in recipe["pixel"])
    view = {"step": recipe["step"], "layout": recipe["layout"], "row": row, "column": column}
    source = recipe["start"]
    if source[FROM] != "sample":
        picture = {"picture": source} | ({"label": recipe["label"]} if "label" in recipe else {})
        return {"start": STARTS[0]} | encode.view_of_picture(picture) | view
    view |= {"seed": float(source["seed"]), "temperature": fields.single(source["temperature"])}
    if (label := source.get("label")) is not None:
        view["class_of_picture" if isinstance(label, str) else "attributes"] = label
    return {"start": STARTS[1]} | view


def _write(program: Program, recipe: dict[str, Any]) -> None:
    program.use("explorer.step_maps", "sheet")
    source = recipe["start"]
    if source[FROM] == "sample":
        program.use("realnvp.explore.trace", "trace_back")
        write_latent(program, source, "z")
        program.add("steps = trace_back(flow, z, z_labels)")
    else:
        program.use("realnvp.explore.trace", "round_trip")
        write_picture(program, source, "x")
        labels = write_labels(program, recipe, "labels")
        program.add(f"steps = round_trip(flow, x{labels and f', {labels}'})")
    step, layout = literal(recipe["step"] - 1), literal(recipe["layout"])
    program.add(f"pixels = sheet(steps[{step}], {layout})")
    program.save("pixels", "step.png")


PAGE = Page(
    {
        "start": start,
        "label": fields.label,
        "step": fields.whole(1, MAX_STEPS),
        "layout": fields.one_of(LAYOUTS),
        "pixel": fields.several(fields.whole(0, MAX_SIDE), 2, 2),
    },
    ("label",),
    _view,
    _write,
)
