"""The pictures in a folder and below it, in one order, with one folder in memory at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from realnvp.images import ENDINGS

_ENDINGS = tuple(f".{ending}" for ending in ENDINGS)


def walk(folder: Path, on_error: Callable[[OSError], object] = lambda error: None) -> Iterator[str]:
    """Paths of picture files below the folder, with / between the parts, sorted by `stored`.

    By their endings; hidden ones are passed over. A link to a folder is followed once, and not
    where it leads into `folder` or to one above it: links that go round in circles end.

    Args:
        on_error: is told of a folder below that cannot be looked into.

    Raises:
        OSError: if `folder` itself cannot be looked into.
    """
    followed: set[Path] = set()
    root = folder.resolve()
    open_folders = [("", iter(_entries(folder, root, followed)))]
    while open_folders:
        prefix, names = open_folders[-1]
        for name in names:
            if not name.endswith("/"):
                yield prefix + name
                continue
            below = prefix + name
            try:
                entries = _entries(folder / below, root, followed)
            except OSError as error:
                on_error(error)
                continue
            open_folders.append((below, iter(entries)))
            break
        else:
            open_folders.pop()


def stored(path: str) -> str:
    """The path as a file may hold it: bytes that are no UTF-8 as backslash, x and hex."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


def _entries(place: Path, root: Path, followed: set[Path]) -> list[str]:
    """Names of pictures and, with / at the end, of folders; so sorted, whole paths are in order."""
    with os.scandir(place) as entries:
        names = [name for entry in entries if (name := _name(entry, root, followed))]
    return sorted(names, key=stored)


def _name(entry: os.DirEntry[str], root: Path, followed: set[Path]) -> str | None:
    name = entry.name
    if name.startswith((".", "__MACOSX")):
        return None
    with suppress(OSError):  # a link to itself
        if entry.is_dir():
            link = entry.is_symlink()
            return None if link and not _leads_elsewhere(entry, root, followed) else name + "/"
    return name if name.lower().endswith(_ENDINGS) and _is_file(entry) else None


def _leads_elsewhere(entry: os.DirEntry[str], root: Path, followed: set[Path]) -> bool:
    target = Path(entry.path).resolve()
    if target in followed or target.is_relative_to(root) or root.is_relative_to(target):
        return False
    followed.add(target)
    return True


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether opening it gives bytes or an error; a pipe would keep its reader waiting for ever."""
    with suppress(OSError):
        if entry.is_file():
            return True
    return entry.is_symlink() and not os.path.exists(entry.path)  # broken: somebody should know
