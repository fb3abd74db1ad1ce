"""Recipes of the page Axes: a grid of two settings."""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.latents import write_labels
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.explore.axes import SEED, settings
from realnvp.viz import GAP

CELLS = (2, 10)  # along a side
MAX_FIRST = fields.MAX_SEED - (CELLS[1] - 1)  # of seeds, so that the last one is a seed too
MAX_LEVELS = 8
_ENTRIES = {
    "setting": fields.one_of(settings(MAX_LEVELS)),
    "first": fields.number(0, fields.MAX_SEED),
    "last": fields.number(0, fields.MAX_SEED),
    "cells": fields.whole(*CELLS),
}


def axis(name: str, value: Any) -> dict[str, Any]:
    """A check: one side of the grid; temperatures come back as a slider would have them."""
    entry = fields.entries(value, _ENTRIES)
    if entry["setting"] == SEED:
        entry["first"] = min(entry["first"], MAX_FIRST)
    else:
        ends = sorted(min(entry[end], fields.MAX_TEMPERATURE) for end in ("first", "last"))
        entry["first"], entry["last"] = ends
    return entry


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    view = {"seed": float(recipe["seed"]), "temperature": recipe["temperature"]}
    for side in ("rows", "columns"):
        entry = recipe[side]
        view |= {f"{side}_setting": entry["setting"], f"{side}_cells": entry["cells"]}
        if entry["setting"] == SEED:
            view[f"{side}_seed"] = entry["first"]
        else:
            view[f"{side}_range"] = [entry["first"], entry["last"]]
    if (label := recipe.get("label")) is not None:
        view["class_of_picture" if isinstance(label, str) else "attributes"] = label
    return view


def _write(program: Program, recipe: dict[str, Any]) -> None:
    program.use("realnvp.explore.axes", "evenly")
    program.use("realnvp.explore.cells", "draw_cells")
    program.use("realnvp.viz", "image_grid")
    for side in ("rows", "columns"):
        entry = recipe[side]
        given = [literal(entry[key]) for key in ("setting", "first", "last", "cells")]
        program.add(f"{side} = evenly({', '.join(given)})")
    labels = write_labels(program, recipe, "labels")
    given = [literal(recipe["seed"]), literal(recipe["temperature"])] + ([labels] if labels else [])
    program.add(f"cells = draw_cells(flow, rows, columns, {', '.join(given)})")
    columns = recipe["columns"]["cells"]
    program.add(f"pixels = image_grid(cells.images, columns={columns}, gap={GAP})")
    program.save("pixels", "axes.png")


PAGE = Page(
    {
        "rows": axis,
        "columns": axis,
        "seed": fields.whole(0, fields.MAX_SEED),
        "temperature": fields.number(0, fields.MAX_TEMPERATURE),
        "label": fields.label,
    },
    ("label",),
    _view,
    _write,
)
