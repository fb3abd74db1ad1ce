"""Recipes of the page Toy: a flow of the plane after some steps of training.

    {"page": "toy", "checkpoint": "faces32", "data": "moons", "seed": 0, "couplings": 8,
     "width": 32, "learning_rate": 0.01, "steps": 500, "log_scale": false}

The checkpoint is that of the sidebar: the toy trains a flow of its own.
"""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import RecipeError
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.toy.data import DATASETS
from realnvp.toy.drawing import DrawingError, from_text
from realnvp.toy.training import COUPLINGS, LEARNING_RATES, MAX_STEPS, WIDTHS
from realnvp.toy.views import STRAIGHT

STEPS = 2000  # where a training ends if nobody says otherwise

SHOWN = ("data", "samples", "grid")  # what the picture of the layers can show

# What only the view needs: the pixels of the density do not depend on it.
_VIEW = {
    "temperature": fields.number(0.0, fields.MAX_TEMPERATURE),
    "layer": fields.number(0.0, COUPLINGS[1]),
    "straight": fields.one_of(STRAIGHT),
    "shown": fields.several(fields.one_of(SHOWN), 0, len(SHOWN)),
}


def drawing(name: str, value: Any) -> str:
    """A check: dots as `realnvp.toy.drawing` writes them."""
    if not isinstance(value, str):
        raise RecipeError(f"{name} must be a text of four letters for each dot.")
    try:
        from_text(value)
    except DrawingError as error:
        raise RecipeError(str(error)) from None
    return value


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    steps = recipe["steps"]
    view = {
        "data": recipe["data"],
        "seed": float(recipe["seed"]),
        "couplings": recipe["couplings"],
        "width": recipe["width"],
        "learning_rate": recipe["learning_rate"],
        "log_scale": recipe["log_scale"],
    }
    view |= {key: recipe[key] for key in ("text", "drawn", *_VIEW) if key in recipe}
    if "layer" in view:
        view["layer"] = min(view["layer"], float(view["couplings"]))
    # The page trains up to that step, and stops: there it is what the recipe was taken from.
    return view | ({"steps": steps} if steps else {})


def _write(program: Program, recipe: dict[str, Any]) -> None:
    program.use("realnvp.toy", "ToySettings")
    program.use("realnvp.toy", "ToyTraining")
    program.use("realnvp.toy.views", "density_pixels")
    program.use("realnvp.toy.views", "log_density")
    given = [literal(recipe["data"]), f"seed={literal(recipe['seed'])}"]
    if recipe["data"] == "text":
        given.append(f"text={literal(recipe.get('text', ''))}")
    if recipe["data"] == "drawn":
        program.use("realnvp.toy.drawing", "from_text")
        program.add(f"drawn = from_text({literal(recipe.get('drawn', ''))})")
        given.append("drawn=drawn")
    given += [f"{key}={literal(recipe[key])}" for key in ("couplings", "width", "learning_rate")]
    program.add(f"training = ToyTraining(ToySettings({', '.join(given)}))")
    program.add(f"training.train_to({literal(recipe['steps'])})")
    scale = literal(recipe["log_scale"])
    program.add(f"pixels = density_pixels(log_density(training.flow), log_scale={scale})")
    program.save("pixels", "toy.png")


PAGE = Page(
    {
        "data": fields.one_of(DATASETS),
        "text": fields.text,
        "drawn": drawing,
        "seed": fields.whole(0, fields.MAX_SEED),
        "couplings": fields.whole(*COUPLINGS),
        "width": fields.one_of(WIDTHS),
        "learning_rate": fields.one_of(LEARNING_RATES),
        "steps": fields.whole(0, MAX_STEPS),
        "log_scale": fields.flag,
        **_VIEW,
    },
    ("text", "drawn", *_VIEW),
    _view,
    _write,
    needs_model=False,
)
