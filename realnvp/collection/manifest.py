"""What all parts in a folder have in common, and the right to write there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from realnvp.atomic_file import clean, write_file
from realnvp.config import shown
from realnvp.locks import holding

MANIFEST = "_manifest.json"  # readers of a folder of Parquet files pass over "_" and "."
FORMAT = 3
_LOCK = ".lock"
_MAY_DIFFER = ("model",)  # a name; the weights are what counts


@contextmanager
def claimed(out: Path, description: dict[str, Any]) -> Iterator[None]:
    """Be the only run that writes to the folder, which is made, and clean up after earlier ones.

    Args:
        description: plain JSON types; the first run writes it down, all others must agree.

    Raises:
        ValueError: if another run is writing there, or it was begun with other options.
        OSError: if it cannot be made or written to.
    """
    out.mkdir(parents=True, exist_ok=True)
    with holding(out / _LOCK, f"another run is writing to {out}"):
        clean(out)
        _agree(out, {"format": FORMAT} | description)
        yield


def _agree(out: Path, description: dict[str, Any]) -> None:
    path = out / MANIFEST
    if not path.exists():
        if next(out.glob("part-*.parquet"), None):
            raise ValueError(f"{out} holds parts, but no {MANIFEST} that says of what")
        write_file(path, json.dumps(description, indent=2, ensure_ascii=False) + "\n")
        return
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        raise ValueError(f"{path} is damaged")
    for name in description:
        if name not in _MAY_DIFFER and known.get(name) != description[name]:
            before, now = shown(known.get(name)), shown(description[name])
            raise ValueError(
                f"{out} was begun with other options: {name} {before}, now {now};"
                " choose another --out"
            )
