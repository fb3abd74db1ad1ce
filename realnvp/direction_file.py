"""Directions on disk: `directions.safetensors` beside a checkpoint's weights, nothing unpickled."""

import json
import math
from collections.abc import Set
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from realnvp.atomic_file import write_file
from realnvp.checkpoint import CheckpointError, beside
from realnvp.config import MAX_LABEL_NAME, shown
from realnvp.explore.directions import (
    LABEL,
    MINE,
    PRINCIPAL,
    SELECTION,
    TAUGHT,
    Directions,
    no_directions,
)
from realnvp.model_files import text_in
from realnvp.own_flows import has_files
from realnvp.plain import is_line
from realnvp.reasons import reason_of

FILE = "directions.safetensors"
SELECTION_FILE = "selection.safetensors"  # beside a program
FORMAT = 1
DESCRIPTION = "realnvp_directions"  # the name of the JSON in the file's metadata
MAX_BYTES = 64 * 2**20
MAX_DIRECTIONS = 256
_NUMBERS = ("threshold", "spread", "figure")


def read_directions(name: str, dim: int) -> Directions:
    """The directions that came with a checkpoint; where it has none, none.

    Args:
        name: one of `list_checkpoints()` or of `own_flows()`; never a path.
        dim: D of its latents.

    Raises:
        CheckpointError: if the file is damaged, or holds anything but directions of such latents.
    """
    if not has_files(name):
        raise CheckpointError(f"no checkpoint {shown(name)!r}")
    path = beside(name, FILE)
    return read_direction_file(path, name, dim) if path.is_file() else no_directions(dim)


def read_direction_file(path: Path, name: str, dim: int) -> Directions:
    """The directions in a file, of latents of D values.

    Args:
        name: of the model, for what is said.

    Raises:
        CheckpointError: if the file is damaged, or holds anything but directions of such latents.
    """
    return _read(path, f"{name}: {FILE}", dim)


def write_directions(folder: Path, directions: Directions) -> None:
    """Write the file, whole or not at all: vectors in half precision, the rest as JSON.

    Args:
        folder: is made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / FILE, _to_bytes(directions, torch.float16))


def selection_bytes(selection: Directions) -> bytes:
    """The direction of a selection on the page Atlas as a file, of the same kind."""
    return _to_bytes(selection, torch.float32)


def read_selection(path: Path, dim: int) -> Directions:
    """`selection_bytes` undone; a program of the page Directions looks for it beside itself.

    Raises:
        CheckpointError: if it is not there, damaged, or not of such latents.
    """
    return _read(path, path.name, dim, (TAUGHT,), {MINE})


def _read(path: Path, called: str, dim: int, *allowed: Any) -> Directions:
    """The directions in a file; `called` is what it is for people, the rest as in `_directions`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CheckpointError(f"has more than {MAX_BYTES >> 20} MB")
        data = path.read_bytes()
        return _directions(_described(data), load(data)["vectors"], dim, *allowed)
    except CheckpointError as error:
        raise CheckpointError(f"{called} {error}") from None
    except OSError as error:
        raise CheckpointError(f"{called} cannot be read: {reason_of(error)}") from None
    except Exception:
        # A header may be wrong in as many ways as there are exceptions.
        raise CheckpointError(f"{called} is damaged or not safetensors") from None


def _to_bytes(directions: Directions, precision: torch.dtype) -> bytes:
    numbers = (directions.thresholds, directions.spreads, directions.figures)
    rows = zip(directions.names, directions.kinds, *(n.tolist() for n in numbers), strict=True)
    described = {
        "format": FORMAT,
        "directions": [dict(zip(("name", "kind", *_NUMBERS), row, strict=True)) for row in rows],
    }
    vectors = {"vectors": directions.vectors.to(precision).contiguous()}
    return save(vectors, {DESCRIPTION: json.dumps(described, ensure_ascii=False)})


def _described(data: bytes) -> list[dict[str, Any]]:
    described = json.loads(text_in(data, DESCRIPTION))
    if described["format"] != FORMAT:
        raise CheckpointError(f"is not of format {FORMAT}")
    return described["directions"]


def _directions(
    rows: list[dict[str, Any]],
    vectors: Tensor,
    dim: int,
    known: tuple[str, ...] = (LABEL, PRINCIPAL),
    reserved: Set[str] = frozenset({MINE, SELECTION}),
) -> Directions:
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_DIRECTIONS:
        raise CheckpointError(f"must name 1 to {MAX_DIRECTIONS} directions")
    if vectors.shape != (len(rows), dim):
        have = tuple(vectors.shape)
        raise CheckpointError(f"has vectors of shape {have}, not {(len(rows), dim)}")
    if vectors.dtype not in (torch.float16, torch.float32):
        raise CheckpointError("has vectors that are neither half nor single precision")
    lengths = vectors.float().norm(dim=1)
    # Anything that is not finite fails as well.
    if not bool(((lengths > 0.99) & (lengths < 1.01)).all()):
        raise CheckpointError("has a vector that is not of length 1")
    names = tuple(_name(row["name"]) for row in rows)
    if len(set(names)) < len(names) or not reserved.isdisjoint(names):
        never = " or ".join(sorted(reserved))
        raise CheckpointError(f"has two directions of one name, or one called {never}")
    kinds = tuple(row["kind"] for row in rows)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise CheckpointError(f"has a direction of a kind that is unknown: {shown(unknown[0])}")
    columns = [torch.tensor([_number(row, key) for row in rows]) for key in _NUMBERS]
    return Directions(names, kinds, vectors.float() / lengths[:, None], *columns)


def _name(name: object) -> str:
    if not is_line(name, MAX_LABEL_NAME):
        raise CheckpointError(f"has a name that is no line of text: {shown(name)}")
    return name


def _number(row: dict[str, Any], key: str) -> float:
    value = row[key]
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6
    good = good and math.isfinite(value)
    if key == "spread":
        good = good and value > 1e-6
    if key == "figure":
        good = good and 0 <= value <= 1
    if not good:
        raise CheckpointError(f"has a {key} that cannot be: {shown(value)}")
    return float(value)
