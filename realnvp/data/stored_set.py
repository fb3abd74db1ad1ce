"""A set as an .npz file of this project's own, with what is known of where it comes from."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from realnvp.data.archive import Archive
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.left_out import LeftOut, one_line

_MEMORY = "about"  # the array with it, as JSON


def write_set(path: Path, images: ImageSet) -> None:
    """The set as `load_images` reads it again, with its notes and what was left out of it."""
    arrays: dict[str, np.ndarray] = {
        part: np.ascontiguousarray(getattr(images, part).transpose(0, 2, 3, 1))
        for part in ("train", "test")
    }
    if images.train_labels is not None and images.test_labels is not None:
        kind = "attributes" if images.has_attributes else "labels"
        arrays[f"train_{kind}"], arrays[f"test_{kind}"] = images.train_labels, images.test_labels
        names = "attributes" if images.has_attributes else "label_names"
        arrays[names] = np.array(images.label_names)
    memory = {
        "left_out": images.left_out.files,
        "of": images.left_out.of,
        "notes": images.notes,
    }
    arrays[_MEMORY] = np.array(json.dumps(memory))
    with path.open("wb") as file:  # given a name, NumPy would add an ending to it
        np.savez(file, **arrays)  # type: ignore[arg-type]


def with_memory(images: ImageSet, archive: Archive, notes: Sequence[str]) -> ImageSet:
    """The set with its notes, and with what `write_set` wrote into the archive it is from."""
    found = LeftOut()
    header = archive.headers.get(_MEMORY)
    if header is not None and header.dtype.kind == "U" and header.shape == ():
        try:
            memory = json.loads(str(archive.read(_MEMORY)))
            files = tuple((one_line(str(n)), one_line(str(why))) for n, why in memory["left_out"])
            found = LeftOut(files, max(len(files), int(memory["of"])))
            notes = [*(one_line(str(note)) for note in memory["notes"]), *notes]
        except (DataError, ValueError, KeyError, TypeError, RecursionError):
            pass  # somebody else's array of this name
    return replace(images, left_out=found, notes=tuple(notes))
