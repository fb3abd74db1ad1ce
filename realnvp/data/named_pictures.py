"""Pictures with the names of their files: for a map, where each is to be found again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np

from realnvp.data import folder, zipped
from realnvp.data.chosen import chosen_rows
from realnvp.data.classes import layout_of
from realnvp.data.gather import Found, Gathering, read_all
from realnvp.data.imageset import DataError
from realnvp.data.left_out import LeftOut, gathered
from realnvp.data.listing import stored
from realnvp.data.load import load_images
from realnvp.labels import words_of

CHUNK = 1024  # pictures that are made grey at once


@dataclass(frozen=True, eq=False)
class NamedPictures:
    """Pictures, in the order of their files' names.

    Args:
        images: uint8 (N, C, H, W).
        files: paths below the folder or in the zip; of arrays, the part and the number.
        words: the class of each; "" where no folder or label says one.
        left_out: files that could not be used.
        notes: what was assumed or passed over, for people, a sentence each.
        of: pictures that were there, of which these were chosen; 0 where they are all.
    """

    images: np.ndarray
    files: tuple[str, ...]
    words: tuple[str, ...]
    left_out: LeftOut = field(default_factory=LeftOut)
    notes: tuple[str, ...] = ()
    of: int = 0


def folder_of(file: str) -> str:
    """Where a file lies: "cats/young" of "cats/young/1.png", "" of "1.png"."""
    parent = str(PurePosixPath(file).parent)
    return "" if parent == "." else parent


def read_named(
    path: Path,
    size: tuple[int, int],
    channels: int,
    most: int,
    *,
    strict: bool = False,
    progress: Callable[[float], object] = lambda share: None,
) -> NamedPictures:
    """The pictures in a zip, in a folder and below, or in whatever else `load_images` reads.

    What is no picture, or none that can be used, is treated as in a set to train on. Of more than
    `most` some are chosen by a fixed seed before any is opened.

    Args:
        size, channels: (H, W) and C to bring all to: cut in the middle, then shrunk.
        most: pictures at most.
        strict: with limits for what a visitor sends to a server.
        progress: called with the share that is read, 0 to 1; what it raises ends the reading.

    Raises:
        DataError: if there is nothing to read: one line that names the file.
    """
    how = Gathering(size, progress=progress)
    try:
        if path.is_file() and _is_zip(path) and zipped.is_meant(path):
            with zipped.opened(path, strict=strict) as found:
                limited = zipped.limited(path, how) if strict else how
                return _read(found, limited, channels, most)
        if path.is_dir() and folder.holds(path):
            return _read(folder.found_in(path), how, channels, most)
        return _arrays(path, size, channels, most, strict)
    except OSError as error:
        raise DataError(str(error.filename or path), error.strerror or "cannot be read") from None


def as_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Grey as colour, or colour as grey by Pillow's weights for luminance: uint8 (N, C, H, W)."""
    if images.shape[1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=1)
    grey = np.empty((len(images), 1, *images.shape[2:]), np.uint8)
    for start in range(0, len(images), CHUNK):
        red, green, blue = images[start : start + CHUNK].astype(np.uint32).swapaxes(0, 1)
        luminance = (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16
        grey[start : start + CHUNK, 0] = luminance
    return grey


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _read(found: Found, how: Gathering, channels: int, most: int) -> NamedPictures:
    rows = chosen_rows(len(found.names), most)
    names = [found.names[row] for row in rows]
    bad = list(found.left_out)
    images, good = read_all(found, names, how, bad)
    lost = gathered(bad, len(names) + len(found.left_out))
    if not good:
        why = f"; {lost.files[0][1]}" if lost else ""
        raise DataError(found.place, f"none of its {lost.of:,} pictures can be used{why}")
    classes = layout_of(found.names).classes
    return NamedPictures(
        as_channels(images, channels),
        tuple(map(stored, good)),
        tuple(stored(classes.get(name, "")) for name in good),
        lost,
        tuple(found.notes),
        len(found.names) if len(names) < len(found.names) else 0,
    )


def _arrays(
    path: Path, size: tuple[int, int], channels: int, most: int, strict: bool
) -> NamedPictures:
    """Training pictures, then those of the test, as folders `train` and `test`."""
    try:
        images = load_images(path, size=size, strict=strict)
    except DataError:
        raise
    except ValueError as error:
        raise DataError(path, str(error)) from None
    parts = (
        ("train", images.train, images.train_labels),
        ("test", images.test, images.test_labels),
    )
    files: list[str] = []
    words: list[str] = []
    for part, pixels, labels in parts:
        files += [f"{part}/{index + 1}" for index in range(len(pixels))]
        words += words_of(images.label_names, labels, len(pixels))
    rows = chosen_rows(len(files), most)
    split = len(images.train)
    first, second = [r for r in rows if r < split], [r - split for r in rows if r >= split]
    kept = np.concatenate([images.train[first], images.test[second]])
    made = NamedPictures(
        as_channels(kept, channels),
        tuple(files[row] for row in rows),
        tuple(words[row] for row in rows),
        images.left_out,
        images.notes,
    )
    return replace(made, of=len(files)) if len(rows) < len(files) else made
