"""CelebA's own lists: attributes, and which picture is for training."""

from pathlib import Path

import numpy as np

from realnvp.data import checks
from realnvp.data.imageset import DataError

ATTRIBUTES = "list_attr_celeba.txt"
PARTITION = "list_eval_partition.txt"
MAX_LIST_BYTES = 256 * 2**20
TRAIN, VALIDATION, TEST = "0", "1", "2"


def find(folder: Path, name: str) -> Path | None:
    """The list in the folder of pictures, or the one above."""
    places = [folder / name, folder.absolute().parent / name]
    return next((place for place in places if place.is_file()), None)


def read_attributes(path: Path) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Attribute names, and for each picture's stem its uint8 (A,) values, 1 where the list has 1.

    The list: the number of rows, then the names, then rows of a file name and -1 or 1 for each.
    """
    lines = _lines(path)
    if len(lines) < 3 or not lines[0].strip().isdecimal():
        problem = "expected the number of rows, then attribute names, then rows of -1 and 1"
        raise DataError(path, problem)
    if (expected := int(lines[0][:20])) != len(lines) - 2:
        raise DataError(path, f"truncated: says {expected} rows, file holds {len(lines) - 2}")
    names = checks.names(path, "attribute names", lines[1].split())
    rows = {}
    for number, line in enumerate(lines[2:], start=3):
        file, *values = line.split()
        if len(values) != len(names):
            problem = f"line {number} holds {len(values)} values; expected {len(names)}"
            raise DataError(path, problem)
        if not set(values) <= {"-1", "1"}:
            raise DataError(path, f"line {number} holds a value other than -1 and 1")
        rows[Path(file).stem] = np.array([value == "1" for value in values], np.uint8)
    return names, rows


def read_partition(path: Path) -> dict[str, str]:
    """For each picture's stem, TRAIN, VALIDATION or TEST."""
    parts = {}
    for number, line in enumerate(_lines(path), start=1):
        fields = line.split()
        if len(fields) != 2 or fields[1] not in (TRAIN, VALIDATION, TEST):
            raise DataError(path, f"line {number}: expected a file name and 0, 1 or 2")
        parts[Path(fields[0]).stem] = fields[1]
    return parts


def _lines(path: Path) -> list[str]:
    if path.stat().st_size > MAX_LIST_BYTES:
        raise DataError(path, f"over {MAX_LIST_BYTES} bytes, too long for such a list")
    try:
        return [line for line in path.read_text("utf-8").split("\n") if line.strip()]
    except UnicodeDecodeError:
        raise DataError(path, "not text; expected a list of file names") from None
