"""Recipes of the page Interpolate: between latents, along a path, over a grid, at a place."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import RecipeError
from explorer.recipes.latents import latent, view_of_latent, write_latent
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.explore.pads import TURNS
from realnvp.explore.paths import BETWEEN
from realnvp.viz import GAP

LATENTS = "abcd"
FRAMES = (5, 33)
COLUMNS = 9  # frames in a row of the strip


@dataclass(frozen=True)
class View:
    """One of the page's views.

    Args:
        latents: how many it can be between.
        needs: its entries of a recipe.
        show: the values of its widgets.
        write: lines that make `pixels`, from `latents`, (m, D), with their `labels`.
    """

    latents: Collection[int]
    needs: Collection[str]
    show: Callable[[dict[str, Any]], dict[str, Any]]
    write: Callable[[Program, dict[str, Any]], None]


def columns_of(frames: int) -> int:
    """Frames in a row of the strip: rows of nearly one length."""
    rows = -(-frames // COLUMNS)
    return -(-frames // rows)


def _write_path(program: Program, recipe: dict[str, Any]) -> None:
    frames, kind = recipe["frames"], literal(recipe["path"])
    program.use("realnvp.explore.frames", "labels_along")
    program.use("realnvp.explore.paths", "path")
    program.add(f"z = path(latents, {frames}, {kind})")
    program.add(f"images = flow.decode(z, labels_along(labels, {frames}))")
    _write_grid(program, columns_of(frames))


def _write_manifold(program: Program, recipe: dict[str, Any]) -> None:
    program.use("realnvp.explore.pads", "grid_angles")
    program.use("realnvp.explore.pads", "labels_over")
    program.use("realnvp.explore.surfaces", "manifold")
    program.add(f"angles = grid_angles({literal(recipe['turn'])})")
    program.add("z = manifold(latents, angles, angles)")
    program.add("images = flow.decode(z, labels_over(labels, angles, angles))")
    _write_grid(program, "len(angles)")


def _write_grid(program: Program, columns: int | str) -> None:
    program.use("realnvp.viz", "image_grid")
    program.add(f"pixels = image_grid(images, columns={columns}, gap={GAP})")


def _writes_place(function: str, options: Callable[[dict], str], *first: str) -> Callable:
    """How the picture at a place of a pad is written."""

    def write(program: Program, recipe: dict[str, Any]) -> None:
        program.use("realnvp.explore.pads", function)
        program.use("realnvp.viz", "to_rgb")
        place = f"[{recipe['x']}], [{recipe['y']}]"
        given = ", ".join([*first, "latents", "labels", place, options(recipe)])
        program.add(f"z, labels = {function}({given})")
        program.add("pixels = to_rgb(flow.decode(z, labels))[0]")

    return write


def _show_place(recipe: dict[str, Any]) -> dict[str, Any]:
    return {"x": recipe["x"], "y": recipe["y"]}


def _show_levels(recipe: dict[str, Any]) -> dict[str, Any]:
    across, up = recipe["levels"]
    return _show_place(recipe) | {"across": across, "up": up}


VIEWS = {
    "path": View(
        (2, 3, 4),
        ("path", "frames"),
        lambda recipe: {
            "stops": len(recipe["latents"]),
            "path": recipe["path"],
            "frames": recipe["frames"],
        },
        _write_path,
    ),
    "manifold": View((4,), ("turn",), lambda recipe: {"turn": recipe["turn"]}, _write_manifold),
    "pad over four latents": View(
        (4,),
        ("turn", "x", "y"),
        lambda recipe: _show_place(recipe) | {"turn": recipe["turn"]},
        _writes_place("over_manifold", lambda recipe: literal(recipe["turn"])),
    ),
    "pad over a plane": View(
        (1,),
        ("plane", "keep_norm", "x", "y"),
        lambda recipe: (
            _show_place(recipe)
            | {"plane": float(recipe["plane"]), "keep_norm": recipe["keep_norm"]}
        ),
        _writes_place(
            "over_plane", lambda recipe: f"{recipe['plane']}, keep_norm={recipe['keep_norm']}"
        ),
    ),
    "pad over two levels": View(
        (1,),
        ("levels", "x", "y"),
        _show_levels,
        _writes_place(
            "over_levels",
            lambda recipe: literal(tuple(level - 1 for level in recipe["levels"])),
            "flow",
        ),
    ),
}
_NEEDS = {name for view in VIEWS.values() for name in view.needs}


def _fitting(recipe: dict[str, Any]) -> View:
    """The recipe's view.

    Raises:
        RecipeError: if the other entries are not those of this view.
    """
    view = VIEWS[recipe["view"]]
    if missing := [name for name in view.needs if name not in recipe]:
        raise RecipeError(f"The recipe has no {missing[0]!r}.")
    if strange := sorted(_NEEDS.intersection(recipe).difference(view.needs)):
        raise RecipeError(f"A {recipe['view']} has no {strange[0]!r}.")
    if len(recipe["latents"]) not in view.latents:
        raise RecipeError(
            f"A {recipe['view']} takes {' or '.join(map(str, view.latents))} latents,"
            f" not {len(recipe['latents'])}."
        )
    if "levels" in recipe and len(set(recipe["levels"])) != 2:
        raise RecipeError("The two levels of a pad must differ.")
    return view


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, stop in zip(LATENTS, recipe["latents"], strict=False):
        shown |= view_of_latent(key, stop)
    page, _, over = recipe["view"].partition(" over ")
    shown |= {"view": page.capitalize()} | ({"over": over} if over else {})
    return shown | _fitting(recipe).show(recipe)


def _write(program: Program, recipe: dict[str, Any]) -> None:
    view = _fitting(recipe)
    names = list(LATENTS[: len(recipe["latents"])])
    for name, stop in zip(names, recipe["latents"], strict=True):
        write_latent(program, stop, name)
    program.use("torch")
    program.add(f"latents = torch.cat([{', '.join(names)}])")
    labels = ", ".join(f"{name}_labels" for name in names)
    program.add(f"labels = None if a_labels is None else torch.cat([{labels}])")
    view.write(program, recipe)
    program.save("pixels", "interpolation.png")


PAGE = Page(
    {
        "view": fields.one_of(VIEWS),
        "latents": fields.several(latent, 1, len(LATENTS)),
        "path": fields.one_of(BETWEEN),
        "frames": fields.whole(*FRAMES),
        "turn": fields.one_of(TURNS),
        "plane": fields.whole(0, fields.MAX_SEED),
        "keep_norm": fields.flag,
        "levels": fields.several(fields.whole(1, 8), 2, 2),
        "x": fields.number(-1.0, 1.0),
        "y": fields.number(-1.0, 1.0),
    },
    tuple(_NEEDS),
    _view,
    _write,
)
