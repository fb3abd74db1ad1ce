"""What the folders of a set say of its pictures: which part each is of, and which class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
}


@dataclass(frozen=True)
class Layout:
    """How the pictures of a set are arranged.

    Args:
        parts: "train", "test" or "validation" of each picture in such a folder; empty if there
            are no such folders, for training and for something else.
        classes: the class of each picture that is in the folder of one; empty if folders name no
            classes.
        names: of the classes, sorted.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def layout_of(paths: Sequence[str]) -> Layout:
    """The layout of pictures by their paths, with / between the parts.

    Folders `train` and `test` (or `val`, `validation`, ...) wherever they stand say the part.
    Of the others, the uppermost that are not the same for all pictures are the classes, as
    `cat/` and `dog/` in cat/1.png, cat/young/2.png, dog/3.png; deeper ones mean nothing. Where most
    pictures lie in no such folder, there are none.
    """
    folders = {path: path.split("/")[:-1] for path in paths}
    parts = {}
    for path, names in folders.items():
        where = next((i for i, name in enumerate(names) if name.lower() in PARTS), None)
        if where is not None:
            parts[path] = PARTS[names[where].lower()]
    if 2 * len(parts) > len(paths) and {"train"} < set(parts.values()):
        for path in parts:
            folders[path] = [name for name in folders[path] if name.lower() not in PARTS]
    else:
        parts = {}
    inside = {
        path: names for path, names in folders.items() if names and path in (parts or folders)
    }
    shared = _shared(list(inside.values()))
    classes = {
        path: names[len(shared)]
        for path, names in inside.items()
        if names[: len(shared)] == shared and len(names) > len(shared)
    }
    found = set(classes.values())
    if len(found) < 2 or 2 * len(classes) <= len(paths):
        return Layout(parts)
    return Layout(parts, classes, in_order(found))


def _shared(paths: Sequence[list[str]]) -> list[str]:
    """The folders that all paths begin with."""
    shared = []
    for names in zip(*paths, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return shared


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted; names that are all numbers, by their values."""
    found = list(names)
    if all(name.isascii() and name.isdigit() for name in found):
        return tuple(sorted(found, key=lambda name: (int(name), name)))
    return tuple(sorted(found))
