"""Recipes of the page Multi-scale: one view of what the levels of a latent hold.

    {"page": "multiscale", "checkpoint": "faces32", "a": {"from": "sample", ...},
     "view": {"show": "Resample", "levels": [1], "variants": 16, "seed": 0, "temperature": 0.7}}

Levels are counted as people do, from 1, the finest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.recipes import fields, multiscale_programs
from explorer.recipes.fields import Check
from explorer.recipes.latents import latent, view_of_latent, write_latent
from explorer.recipes.page import Page
from explorer.recipes.program import Program
from realnvp.explore.brush import MAX_DISCS, to_text

SHOW = "show"
VARIANTS = (16, 36, 64)
ROWS = (1, 2, 4)
MAX_LEVELS = 8
MAX_SIDE = 4096


@dataclass(frozen=True)
class Kind:
    """One view of the page.

    Args:
        checks: its entries besides "show".
        view: the values of its widgets, by their keys.
        write: adds to a program, which has latents as `a` and `b` and their labels as `a_labels`
            and `b_labels`, the lines that write its pictures.
    """

    checks: Mapping[str, Check]
    view: Callable[[dict[str, Any]], dict[str, Any]]
    write: Callable[[Program, dict[str, Any]], None]


_LEVELS = fields.several(fields.whole(1, MAX_LEVELS), 0, MAX_LEVELS)
_SEED = fields.whole(0, fields.MAX_SEED)
_TEMPERATURE = fields.number(0.0, fields.MAX_TEMPERATURE)
_DISC = fields.several(fields.number(0.0, MAX_SIDE), 3, 3)


def _noise(entry: dict[str, Any]) -> dict[str, Any]:
    return {"seed": float(entry["seed"]), "temperature": entry["temperature"]}


KINDS = {
    "Resample": Kind(
        {
            "levels": _LEVELS,
            "variants": fields.one_of(VARIANTS),
            "seed": _SEED,
            "temperature": _TEMPERATURE,
        },
        lambda entry: {"resampled": entry["levels"], "variants": entry["variants"]} | _noise(entry),
        multiscale_programs.resample,
    ),
    "Zero": Kind({}, lambda entry: {}, multiscale_programs.zero),
    "Temperature": Kind(
        {"factors": fields.several(_TEMPERATURE, 1, MAX_LEVELS)},
        lambda entry: {f"factor_{i + 1}": value for i, value in enumerate(entry["factors"])},
        multiscale_programs.temperature,
    ),
    "Swap": Kind(
        {"b": latent, "levels": _LEVELS},
        lambda entry: view_of_latent("b", entry["b"]) | {"swapped": entry["levels"]},
        multiscale_programs.swap,
    ),
    "Compress": Kind(
        {"rows": fields.one_of(ROWS), "seed": _SEED, "temperature": _TEMPERATURE},
        lambda entry: {"rows": entry["rows"]} | _noise(entry),
        multiscale_programs.compress,
    ),
    "Paste": Kind(
        {"b": latent, "levels": _LEVELS, "discs": fields.several(_DISC, 0, MAX_DISCS)},
        lambda entry: (
            view_of_latent("b", entry["b"])
            | {"pasted": entry["levels"], "discs": to_text(entry["discs"])}
        ),
        multiscale_programs.paste,
    ),
    "Maps": Kind({}, lambda entry: {}, multiscale_programs.maps),
    "Label": Kind({}, lambda entry: {}, multiscale_programs.label),
}


def shown(name: str, value: Any) -> dict[str, Any]:
    """A check: one view with its entries."""
    return fields.variant(name, value, SHOW, {kind: KINDS[kind].checks for kind in KINDS})


def _view(recipe: dict[str, Any]) -> dict[str, Any]:
    entry = recipe["view"]
    values = KINDS[entry[SHOW]].view(entry)
    return {SHOW: entry[SHOW]} | view_of_latent("a", recipe["a"]) | values


def _write(program: Program, recipe: dict[str, Any]) -> None:
    entry = recipe["view"]
    write_latent(program, recipe["a"], "a")
    if "b" in entry:
        write_latent(program, entry["b"], "b")
    KINDS[entry[SHOW]].write(program, entry)


PAGE = Page({"a": latent, "view": shown}, (), _view, _write)
