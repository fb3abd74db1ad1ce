"""Recipes of the page Models: two models that draw from one seed.

    {"page": "models", "checkpoint": "faces32", "beside": "fashion", "temperature": 0.7, "seed": 0}

The checkpoint is the left one. Of a model's classes each is drawn in turn; attributes are absent.
"""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.viz import GAP

VIEW = "Side by side"  # the page's tab
PICTURES, COLUMNS = 16, 4  # of each model
BETWEEN = 32  # pixels between the two


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    return {
        "models_view": VIEW,
        "left": recipe["checkpoint"],
        "right": recipe["beside"],
        "temperature": recipe["temperature"],
        "seed": float(recipe["seed"]),
    }


def _write(program: Program, recipe: dict[str, Any]) -> None:
    program.use("realnvp.explore.samples", "draw_samples")
    program.use("realnvp.labels", "labels_of")
    for name in ("beside", "image_grid"):
        program.use("realnvp.viz", name)
    program.add(f"other = fold(realnvp.load({literal(recipe['beside'])}))")
    settings = f"{literal(recipe['temperature'])}, {literal(recipe['seed'])}"
    for side, model in (("left", "flow"), ("right", "other")):
        labels = f"labels_of({model}.config, None, {PICTURES})"
        program.add(f"drawn = draw_samples({model}, {PICTURES}, {settings}, {labels})")
        program.add(f"{side} = image_grid(drawn.images, columns={COLUMNS}, gap={GAP})")
    program.add(f"pixels = beside(left, right, gap={BETWEEN})")
    program.save("pixels", "models.png")


PAGE = Page(
    {
        "beside": fields.plain_name,
        "temperature": fields.number(0, fields.MAX_TEMPERATURE),
        "seed": fields.whole(0, fields.MAX_SEED),
    },
    (),
    _view,
    _write,
)
