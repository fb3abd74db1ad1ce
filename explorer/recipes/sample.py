"""Recipes of the page Sample: pictures of one seed."""

import math
from typing import Any

from explorer.recipes import fields
from explorer.recipes.latents import write_labels
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.explore.samples import ORDERS
from realnvp.viz import GAP

PICTURES = (16, 36, 64)
MAX_TIMES = 3  # the trained size


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    view = _faders(recipe["temperature"]) | {
        "seed": float(recipe["seed"]),
        "pictures": recipe["pictures"],
        "times": recipe.get("times", 1),
        "order": recipe["order"],
    }
    label = recipe.get("label")
    if label is not None:
        view["class" if isinstance(label, str) else "attributes"] = label
    return view


def _faders(temperature: float | list[float]) -> dict[str, Any]:
    if not isinstance(temperature, list):
        return {"temperature": temperature, "linked": True}
    own = {f"level_{level}": value for level, value in enumerate(temperature, start=1)}
    return {"linked": False} | own


def _write(program: Program, recipe: dict[str, Any]) -> None:
    count = recipe["pictures"]
    program.use("realnvp.explore.samples", "draw_samples")
    program.use("realnvp.viz", "image_grid")
    labels = write_labels(program, recipe, "labels", count)
    given = [literal(count), literal(recipe["temperature"]), literal(recipe["seed"])]
    given += [labels] if labels else []
    given += [f"times={literal(recipe['times'])}"] if recipe.get("times", 1) > 1 else []
    given += [f"order={literal(recipe['order'])}"] if recipe["order"] != ORDERS[0] else []
    program.add(f"samples = draw_samples(flow, {', '.join(given)})")
    program.add(f"pixels = image_grid(samples.images, columns={math.isqrt(count)}, gap={GAP})")
    program.save("pixels", "samples.png")


PAGE = Page(
    {
        "temperature": fields.temperature,
        "seed": fields.whole(0, fields.MAX_SEED),
        "pictures": fields.one_of(PICTURES),
        "order": fields.one_of(ORDERS),
        "label": fields.label,
        "times": fields.whole(1, MAX_TIMES),
    },
    ("label", "times"),
    _view,
    _write,
)
