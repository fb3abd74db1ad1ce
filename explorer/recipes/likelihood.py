"""Recipes of the page Likelihood: what a picture costs, beside other pictures.

{"page": "likelihood", "checkpoint": "faces32", "picture": {"from": "example", ...},
 "view": {"show": "Typical set", "temperature": 0.7, "seed": 0}}
"""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.encode import CROP, picture, view_of_picture
from explorer.recipes.latents import write_labels, write_picture
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.viz import GAP

SHOW = "show"
COUNT = 16  # samples
MAX_STRANGERS = 7  # pictures from other models
COLUMNS = {"Histogram": 8, "Typical set": 8, "Odd ones out": 7}

_SEED = fields.whole(0, fields.MAX_SEED)
_WARM = {"temperature": fields.number(0.0, fields.MAX_TEMPERATURE), "seed": _SEED}
_ODD = {"seed": _SEED, "strangers": fields.several(fields.plain_name, 0, MAX_STRANGERS)}
VIEWS = {"Histogram": _WARM, "Typical set": _WARM, "Odd ones out": _ODD}


def shown(name: str, value: Any) -> dict[str, Any]:
    """A check: one view with its entries."""
    return fields.variant(name, value, SHOW, VIEWS)


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    entry = recipe["view"]
    view = view_of_picture(recipe) | {"likelihood": entry[SHOW], "seed": float(entry["seed"])}
    return view | ({"temperature": entry["temperature"]} if "temperature" in entry else {})


def _write(program: Program, recipe: dict[str, Any]) -> None:
    entry = recipe["view"]
    show, seed = entry[SHOW], entry["seed"]
    program.use("realnvp.viz", "image_grid")
    if show == "Odd ones out":
        program.use("torch")
        program.use("realnvp.explore.oddities", "oddities")
        write_picture(program, recipe["picture"], "x")
        program.use("explorer.examples", "strangers")
        others = f"strangers(flow.config, {literal(entry['strangers'])})"
        program.add(f"odd = oddities(x, {seed}) | {others}")
        program.add("images = torch.cat(list(odd.values()))")
    else:
        labels = write_labels(program, recipe, "labels", COUNT)
        given = f", {labels}" if labels else ""
        if show == "Histogram":
            program.use("torch")
            noise = f"torch.Generator().manual_seed({seed})"
            program.add(f"z = flow.draw({COUNT}, {entry['temperature']}, {noise})")
        else:
            program.use("realnvp.explore.typical", "warmed")
            program.add(f"z = warmed(flow, {COUNT - 1}, {entry['temperature']}, {seed})")
        program.add(f"images = flow.decode(z{given})")
    program.add(f"pixels = image_grid(images, {COLUMNS[show]}, {GAP})")
    program.save("pixels", "likelihood.png")


PAGE = Page(
    {"picture": picture, "label": fields.label, "view": shown, **CROP},
    ("label", *CROP),
    _view,
    _write,
)
