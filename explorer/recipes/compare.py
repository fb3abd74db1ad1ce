"""Recipes of the page Compare: what RealNVP and the baselines beside it draw.

    {"page": "compare", "checkpoint": "mnist", "look": "Realism", "baselines": ["vae", "gan"],
     "seed": 0, "temperature": 0.7}

"Reversibility" has the latent of a picture in its place, "Latent space" two, and both models that
are there.
"""

from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import RecipeError
from explorer.recipes.latents import latent, view_of_latent, write_latent
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.baselines import KINDS
from realnvp.viz import GAP

PICTURES = 16  # of each family
FRAMES = (5, 15)
NEEDS = {
    "Realism": ("seed", "temperature"),
    "Reversibility": ("a",),
    "Latent space": ("a", "b", "frames", "seed"),
}
_ALL = {name for names in NEEDS.values() for name in names}


def _fitting(recipe: dict[str, Any]) -> None:
    """Raise `RecipeError` if the entries are not those of this look."""
    look = recipe["look"]
    if missing := [name for name in NEEDS[look] if name not in recipe]:
        raise RecipeError(f"The recipe has no {missing[0]!r}.")
    if strange := sorted(_ALL.intersection(recipe).difference(NEEDS[look])):
        raise RecipeError(f"{look} has no {strange[0]!r}.")


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    _fitting(recipe)
    view = {"look": recipe["look"]}
    for name in ("temperature", "frames"):
        view |= {name: recipe[name]} if name in recipe else {}
    view |= {"seed": float(recipe["seed"])} if "seed" in recipe else {}
    for name in ("a", "b"):
        view |= view_of_latent(name, recipe[name]) if name in recipe else {}
    return view


def _write(program: Program, recipe: dict[str, Any]) -> None:
    _fitting(recipe)
    program.use("realnvp.baselines", "load_baseline")
    kinds = literal(recipe["baselines"])
    program.add(f"models = {{kind: load_baseline(kind) for kind in {kinds}}}")
    {"Realism": _write_samples, "Reversibility": _write_round_trip, "Latent space": _write_walks}[
        recipe["look"]
    ](program, recipe)
    program.save("pixels", "compared.png")


def _write_samples(program: Program, recipe: dict[str, Any]) -> None:
    program.use("torch")
    program.use("realnvp.explore.samples", "draw_samples")
    program.use("realnvp.labels", "labels_of")
    program.use("realnvp.viz", "image_grid")
    n, seed = PICTURES, recipe["seed"]
    program.add(f"labels = labels_of(flow.config, None, {n})")
    given = f"{n}, {literal(recipe['temperature'])}, {seed}, labels"
    program.add(f"images = [draw_samples(flow, {given}).images]")
    program.add("for model in models.values():")
    program.add(f"    images.append(model.sample({n}, torch.Generator().manual_seed({seed})))")
    program.add(f"pixels = image_grid(torch.cat(images), columns={n}, gap={GAP})")


def _write_round_trip(program: Program, recipe: dict[str, Any]) -> None:
    program.use("numpy")
    program.use("realnvp.baselines.side_by_side", "round_trip_pictures")
    program.use("realnvp.baselines.side_by_side", "round_trips")
    program.use("realnvp.viz", "tile")
    write_latent(program, recipe["a"], "a")
    program.add("image = flow.decode(a, a_labels)")
    program.add("backs = round_trips(flow, models, image, a_labels)")
    program.add("shown = round_trip_pictures(image, backs)")
    program.add(f"pixels = tile(numpy.stack(shown), columns=len(shown), gap={GAP})")


def _write_walks(program: Program, recipe: dict[str, Any]) -> None:
    program.use("torch")
    program.use("realnvp.baselines.side_by_side", "walks")
    program.use("realnvp.viz", "image_grid")
    for name in ("a", "b"):
        write_latent(program, recipe[name], name)
    program.add("labels = None if a_labels is None else torch.cat([a_labels, b_labels])")
    frames, seed = recipe["frames"], recipe["seed"]
    program.add(
        f"strips = walks(flow, models, torch.cat([a, b]), labels, {frames}, {seed}).values()"
    )
    program.add(f"pixels = image_grid(torch.cat(list(strips)), columns={frames}, gap={GAP})")


PAGE = Page(
    {
        "look": fields.one_of(list(NEEDS)),
        "baselines": fields.several(fields.one_of(KINDS), 0, len(KINDS)),
        "seed": fields.whole(0, fields.MAX_SEED),
        "temperature": fields.number(0, fields.MAX_TEMPERATURE),
        "frames": fields.whole(*FRAMES),
        "a": latent,
        "b": latent,
    },
    tuple(_ALL),
    _view,
    _write,
)
