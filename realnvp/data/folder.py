"""A folder of pictures, with CelebA's lists where they are there."""

from collections.abc import Mapping
from pathlib import Path

from realnvp.data import celeba
from realnvp.data.gather import Found, Gathering, gather
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.left_out import unreadable
from realnvp.data.listing import Others, walk
from realnvp.opening.limits import check_bytes

_PARTS = {celeba.TRAIN: "train", celeba.VALIDATION: "validation", celeba.TEST: "test"}


def holds(folder: Path) -> bool:
    """Whether any picture lies in the folder or below."""
    return next(walk(folder), None) is not None


def found_in(folder: Path) -> Found:
    """Every picture in the folder and below; see `walk`."""
    bad: list[tuple[str, str]] = []
    others = Others()

    def complain(error: OSError) -> None:
        below = Path(error.filename).relative_to(folder).as_posix() if error.filename else "?"
        bad.append((f"{below}/", unreadable(error)))

    names = list(walk(folder, complain, others.add))
    notes = [f"{others}."] if str(others) else []
    return Found(folder, names, lambda name: _bytes(folder / name), bad, notes)


def read(folder: Path, how: Gathering) -> ImageSet:
    """Read every picture in the folder and below (see `walk`), as `gather` says.

    With CelebA's list_eval_partition.txt in the folder or the one above, those that it marks 2 are
    the test part, and those that it marks 1, for validation, are not used. With
    list_attr_celeba.txt there, its attributes are the labels.

    Raises:
        DataError: naming the list that cannot be used; or if too few pictures can be.
    """
    there = found_in(folder)
    bad, names = list(there.left_out), list(there.names)
    parts: Mapping[str, str] | None = None
    if partition := celeba.find(folder, celeba.PARTITION):
        part_of = celeba.read_partition(partition)
        names = _listed(partition, part_of, names, bad)
        parts = {name: _PARTS[part_of[_stem(name)]] for name in names}
        if not {"train", "test"} <= set(parts.values()):
            counts = [
                sum(part == wanted for part in parts.values()) for wanted in ("train", "test")
            ]
            problem = f"marks {counts[0]} of the pictures for training and {counts[1]} for test"
            raise DataError(partition, f"{problem}; expected some of each")
    attributes = None
    if listed := celeba.find(folder, celeba.ATTRIBUTES):
        attribute_names, rows = celeba.read_attributes(listed)
        names = _listed(listed, rows, names, bad)
        attributes = {name: rows[_stem(name)] for name in names}, attribute_names
    found = Found(folder, names, there.read, bad, there.notes)
    return gather(found, how, parts=parts, labels=attributes)


def _listed(
    path: Path,
    rows: Mapping[str, object],
    names: list[str],
    bad: list[tuple[str, str]],
) -> list[str]:
    """The names that have a row in a list; the others are left out."""
    bad += [(name, f"{path.name} has no row for it.") for name in names if _stem(name) not in rows]
    return [name for name in names if _stem(name) in rows]


def _stem(name: str) -> str:
    return Path(name).stem


def _bytes(path: Path) -> bytes:
    check_bytes(path.stat().st_size)  # before all of it is in memory
    return path.read_bytes()
