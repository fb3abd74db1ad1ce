"""Recipes of single latents: where it comes from, how a picker shows it, how it is made again."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import Check, RecipeError, entries, short
from explorer.recipes.program import Program, literal
from explorer.views.latents import MAX_PICTURE, AnyLatent, json_of

FROM = "from"
_WORDS = {  # a source and its name, in a view and here
    "Sample": ("sample", ""),
    "Example": ("example", "example"),
    "Upload": ("file", "file"),
    "Tray": ("tray", "pin"),
}


@dataclass(frozen=True)
class Kind:
    """One way to come by a latent.

    Args:
        checks: its entries besides "from".
        optional: those that may be missing.
        view: the values that a latent picker's widgets then have, by the end of their keys.
        write: adds to a program the lines that make the latent, (1, D), under a variable's name.
    """

    checks: Mapping[str, Check]
    optional: Collection[str]
    view: Callable[[dict], dict[str, Any]]
    write: Callable[[Program, dict, str], None]


def latent(name: str, value: Any) -> dict[str, Any]:
    """A check for `entries`: the recipe of a latent.

    Raises:
        RecipeError: if it is none.
    """
    kind = _kind(name, value)
    rest = {key: entry for key, entry in value.items() if key != FROM}
    return {FROM: value[FROM]} | entries(rest, kind.checks, kind.optional)


def view_of_latent(key: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """What the widgets of the picker `key` show, by the names of their query parameters."""
    values = _kind(key, recipe).view(recipe) | _label_view(recipe.get("label"))
    return {f"{key}_{name}": value for name, value in values.items()}


def write_latent(program: Program, recipe: dict[str, Any], name: str) -> None:
    """Lines that make the latent, (1, D), as `name`, and its labels, or None, as `name_labels`."""
    _kind(name, recipe).write(program, recipe, name)


def recipe_of(made: AnyLatent) -> dict[str, Any]:
    """The recipe of a latent of a view."""
    recipe = json_of(made)
    source, name = _WORDS[recipe.pop(FROM)]
    if name in recipe:
        recipe = {"name": recipe.pop(name)} | recipe
    if recipe.get("picture") == 1:
        del recipe["picture"]
    return {FROM: source} | recipe


def _kind(name: str, recipe: Any) -> Kind:
    if not isinstance(recipe, dict):
        raise RecipeError(f"{name} must be the recipe of a latent, not {short(recipe)}.")
    source = recipe.get(FROM)
    if not isinstance(source, str) or source not in KINDS:
        known = ", ".join(KINDS)
        raise RecipeError(f"{name} comes from one of {known}, not from {short(source)}.")
    return KINDS[source]


def _label_view(label: str | list[str] | None) -> dict[str, Any]:
    if label is None:
        return {}
    return {"class": label} if isinstance(label, str) else {"attributes": label}


def write_labels(program: Program, recipe: dict[str, Any], name: str, n: int = 1) -> str:
    """The line that makes labels for n pictures; gives the variable, or "" where there are none."""
    if "label" not in recipe:
        return ""
    program.use("realnvp.labels", "labels_of")
    program.add(f"{name} = labels_of(flow.config, {literal(recipe['label'])}, {n})")
    return name


def write_picture(program: Program, recipe: dict[str, Any], name: str) -> None:
    """Lines that make the picture of an example, a file or a pin, uint8 (1, C, H, W), as `name`."""
    program.use("realnvp.fitting", "fit")
    if recipe[FROM] == "example":
        program.use("explorer.examples", "examples")
        checkpoint = literal(program.checkpoint)
        found = f"examples(flow, {checkpoint})[{literal(recipe['name'])}].pixels"
    elif recipe[FROM] == "tray":
        program.use("realnvp.viz", "to_rgb")
        _open_tray(program)
        found = f"to_rgb(tray[{literal(recipe['name'])}].image[None])[0]"
    else:
        program.use("pathlib", "Path")
        program.use("realnvp.images", "open_image")
        found = f"open_image(Path({literal(recipe['name'])}).read_bytes()).pixels"
    program.add(f"source = {found}")
    size = "flow.config.image_size, flow.config.channels"
    where = f", {literal(tuple(recipe['box']))}" if "box" in recipe else ""
    program.add(f"{name}, _ = fit(source, {size}{where})")


def _write_sample(program: Program, recipe: dict, name: str) -> None:
    program.use("torch")
    count = recipe.get("picture", 1)
    seed = f"torch.Generator().manual_seed({recipe['seed']})"
    last = "" if count == 1 else "[-1:]"
    program.add(f"{name} = flow.draw({count}, {literal(recipe['temperature'])}, {seed}){last}")
    _write_own_labels(program, recipe, name)


def _write_encoded(program: Program, recipe: dict, name: str) -> None:
    write_picture(program, recipe, f"{name}_picture")
    labels = _write_own_labels(program, recipe, name)
    program.add(f"{name} = flow.encode({name}_picture{labels and f', {labels}'})")


def _open_tray(program: Program) -> None:
    program.use("pathlib", "Path")
    program.use("explorer.tray.pins", "from_bytes")
    file = 'Path("tray.safetensors").read_bytes()'
    program.add_once(f"tray = {{pin.name: pin for pin in from_bytes({file})}}")


def _write_pinned(program: Program, recipe: dict, name: str) -> None:
    _open_tray(program)
    program.add(f"{name} = tray[{literal(recipe['name'])}].z[None]")
    program.add(f"{name}_labels = tray[{literal(recipe['name'])}].labels")
    program.add(f"{name}_labels = None if {name}_labels is None else {name}_labels[None]")


def _write_own_labels(program: Program, recipe: dict, name: str) -> str:
    labels = write_labels(program, recipe, f"{name}_labels")
    if not labels:
        program.add(f"{name}_labels = None")
    return labels


BOX = fields.several(fields.whole(0, 100_000), 4, 4)

KINDS = {
    "sample": Kind(
        {
            "seed": fields.whole(0, fields.MAX_SEED),
            "temperature": fields.temperature,
            "picture": fields.whole(1, MAX_PICTURE),
            "label": fields.label,
        },
        ("picture", "label"),
        lambda recipe: {
            "from": "Sample",
            "seed": float(recipe["seed"]),
            "temperature": fields.single(recipe["temperature"]),
            "picture": float(recipe.get("picture", 1)),
        },
        _write_sample,
    ),
    "example": Kind(
        {"name": fields.text, "label": fields.label},
        ("label",),
        lambda recipe: {"from": "Example", "example": recipe["name"]},
        _write_encoded,
    ),
    "file": Kind(
        {"name": fields.plain_name, "box": BOX, "label": fields.label},
        ("box", "label"),
        lambda recipe: {"from": "Upload"},
        _write_encoded,
    ),
    "tray": Kind(
        {"name": fields.text},
        (),
        lambda recipe: {"from": "Tray", "pin": recipe["name"]},
        _write_pinned,
    ),
}
