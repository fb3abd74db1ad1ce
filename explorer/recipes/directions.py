"""Recipes of the page Directions: a latent moved along directions, all at once, one or two.

    {"page": "directions", "checkpoint": "faces32", "a": {"from": "sample", ...},
     "view": {"show": "Sliders", "names": ["Smiling"], "amounts": [2.0], "orthogonal": false,
              "keep_norm": true}}

Where the visitor's own direction is among them, "taught" has the latents it was learnt from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.recipes import fields
from explorer.recipes.fields import Check, RecipeError, entries
from explorer.recipes.latents import FROM, latent, view_of_latent, write_latent
from explorer.recipes.page import Page
from explorer.recipes.program import Program, literal
from realnvp.config import MAX_LABEL_NAME
from realnvp.explore.directions import FEWEST, MINE
from realnvp.explore.pads import REACH
from realnvp.viz import GAP

SHOW = "show"
MAX_CHOSEN = 12
MAX_TAUGHT = 12  # pictures of yes, and of no
FRAMES = (5, 7, 9, 11)
REACHES = (0.5, REACH)
TAUGHT_TEMPERATURE = 0.7  # of the samples that are taught from


@dataclass(frozen=True)
class Kind:
    """One view of the page.

    Args:
        checks: its entries besides "show".
        names: the directions that it takes.
        view: the values of its widgets, by their keys.
        write: lines that make `pixels`, of the latent `a` and the directions `known`.
    """

    checks: Mapping[str, Check]
    names: Callable[[dict[str, Any]], list[str]]
    view: Callable[[dict[str, Any]], dict[str, Any]]
    write: Callable[[Program, dict[str, Any]], None]


def amount_key(name: str) -> str:
    """The key of a direction's slider, and its query parameter."""
    return f"amount_{name}"


def _write_sliders(program: Program, entry: dict[str, Any]) -> None:
    program.use("torch")
    program.use("realnvp.explore.directions", "steer")
    program.add(f"chosen = known.pick({literal(entry['names'])})")
    given = f"orthogonalised={entry['orthogonal']}, keep_norm={entry['keep_norm']}"
    program.add(f"moved = steer(chosen, a, {literal(entry['amounts'])}, {given})")
    program.add("z = torch.cat([a, moved])")
    _write_row(program, 2)


def _write_walk(program: Program, entry: dict[str, Any]) -> None:
    program.use("realnvp.explore.directions", "walk")
    frames, reach = entry["frames"], literal(entry["reach"])
    given = f"a, {reach}, {frames}, keep_norm={entry['keep_norm']}"
    program.add(f"z = walk(known.pick([{literal(entry['along'])}]), {given})")
    _write_row(program, frames)


def _write_row(program: Program, count: int) -> None:
    program.use("realnvp.explore.frames", "repeat_labels")
    program.use("realnvp.viz", "image_grid")
    program.add(f"images = flow.decode(z, repeat_labels(a_labels, {count}))")
    program.add(f"pixels = image_grid(images, {count}, {GAP})")


def _write_pad(program: Program, entry: dict[str, Any]) -> None:
    program.use("realnvp.explore.pads", "over_directions")
    program.use("realnvp.viz", "to_rgb")
    two = literal([entry["across"], entry["up"]])
    given = f"orthogonalised={entry['orthogonal']}, keep_norm={entry['keep_norm']}"
    place = f"[{entry['x']}], [{entry['y']}]"
    program.add(f"two = known.pick({two})")
    program.add(f"z, labels = over_directions(a, a_labels, {place}, two, {given})")
    program.add("pixels = to_rgb(flow.decode(z, labels))[0]")


_NAME = fields.text
_KEEP = {"keep_norm": fields.flag}
_FREE = {"orthogonal": fields.flag} | _KEEP
_STEP = fields.number(-REACH, REACH)
_PLACE = fields.number(-1.0, 1.0)

KINDS = {
    "Sliders": Kind(
        {
            "names": fields.several(_NAME, 0, MAX_CHOSEN),
            "amounts": fields.several(_STEP, 0, MAX_CHOSEN),
            **_FREE,
        },
        lambda entry: entry["names"],
        lambda entry: (
            {"directions": entry["names"]}
            | {amount_key(n): a for n, a in zip(entry["names"], entry["amounts"], strict=True)}
            | {key: entry[key] for key in _FREE}
        ),
        _write_sliders,
    ),
    "Walk": Kind(
        {
            "along": _NAME,
            "reach": fields.number(*REACHES),
            "frames": fields.one_of(FRAMES),
            **_KEEP,
        },
        lambda entry: [entry["along"]],
        lambda entry: {
            "along": entry["along"],
            "reach": entry["reach"],
            "walk_frames": entry["frames"],
            "keep_norm": entry["keep_norm"],
        },
        _write_walk,
    ),
    "Pad": Kind(
        {"across": _NAME, "up": _NAME, **_FREE, "x": _PLACE, "y": _PLACE},
        lambda entry: [entry["across"], entry["up"]],
        lambda entry: (
            {"pad_across": entry["across"], "pad_up": entry["up"]}
            | {key: entry[key] for key in (*_FREE, "x", "y")}
        ),
        _write_pad,
    ),
}


def shown(name: str, value: Any) -> dict[str, Any]:
    """A check: one view with its entries."""
    entry = fields.variant(name, value, SHOW, {kind: KINDS[kind].checks for kind in KINDS})
    names = KINDS[entry[SHOW]].names(entry)
    if any(len(name) > MAX_LABEL_NAME for name in names) or len(set(names)) < len(names):
        raise RecipeError("The directions must be names of different ones.")
    if len(entry.get("amounts", names)) != len(names):
        raise RecipeError("There must be as many amounts as names.")
    return entry


def taught_from(name: str, value: Any) -> dict[str, Any]:
    """A check: the latents of yes and of no."""
    check = fields.several(latent, FEWEST, MAX_TAUGHT)
    return entries(value, {"yes": check, "no": check})


def word_of(recipe: Mapping[str, Any]) -> str:
    """A latent that was taught from, as its word in the lists of the page.

    Raises:
        RecipeError: if it is none that the page offers.
    """
    if recipe[FROM] == "sample" and recipe["temperature"] == TAUGHT_TEMPERATURE:
        return f"sample {recipe['seed']} no. {recipe.get('picture', 1)}"
    if recipe[FROM] in ("example", "tray"):
        return f"{recipe[FROM]} {recipe['name']}"
    raise RecipeError("A direction was taught from latents that no link can name; save the PNG.")


def _needs_mine(recipe: dict[str, Any]) -> bool:
    entry = recipe["view"]
    needs = MINE in KINDS[entry[SHOW]].names(entry)
    if needs and "taught" not in recipe:
        raise RecipeError(f"The recipe has no 'taught', which tells what {MINE} is.")
    return needs


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    entry, taught = recipe["view"], recipe.get("taught", {})
    _needs_mine(recipe)
    lists = {f"taught_{side}": [word_of(one) for one in taught[side]] for side in taught}
    values = KINDS[entry[SHOW]].view(entry)
    return {"directions_view": entry[SHOW]} | view_of_latent("a", recipe["a"]) | values | lists


def _write(program: Program, recipe: dict[str, Any]) -> None:
    entry = recipe["view"]
    write_latent(program, recipe["a"], "a")
    program.use("realnvp.direction_file", "read_directions")
    program.add(f"known = read_directions({literal(program.checkpoint)}, flow.dim)")
    if _needs_mine(recipe):
        program.use("torch")
        program.use("realnvp.explore.directions", "joined")
        program.use("realnvp.explore.learnt_directions", "taught")
        for side in ("yes", "no"):
            names = [f"{side}_{index + 1}" for index in range(len(recipe["taught"][side]))]
            for name, one in zip(names, recipe["taught"][side], strict=True):
                write_latent(program, one, name)
            program.add(f"{side} = torch.cat([{', '.join(names)}])")
        program.add(f"known = joined(known, taught({literal(MINE)}, yes, no))")
    KINDS[entry[SHOW]].write(program, entry)
    program.save("pixels", "directions.png")


PAGE = Page({"a": latent, "view": shown, "taught": taught_from}, ("taught",), _view, _write)
