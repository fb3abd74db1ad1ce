"""Which files are pictures of a set: one rule for folders of any size, and for zip files.

By their ending, whatever its case; by their content where a name has no ending. What systems leave
behind (hidden files, `__MACOSX`, `Thumbs.db`) is passed over.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from realnvp.opening.kinds import ENDINGS, kind_of
from realnvp.plain import first_few

_ENDINGS = frozenset(ENDINGS)
# One to five letters and digits, not digits alone: "img.0001" and "cat.jpg_large" have no ending.
_ENDING = re.compile(r"(?=.*[a-z])[a-z0-9]{1,5}")
_LONGER = re.compile(r"(?=.*[a-z])[a-z0-9]{1,10}")  # what is shown as one: "parquet", "tfrecord"
_LEFT_BEHIND = {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin"}


def is_left_behind(name: str) -> bool:
    """Whether a system or an editor made the file or folder of this name, and no person."""
    return name.startswith(".") or name.endswith("~") or name.strip().lower() in _LEFT_BEHIND


def is_path_left_behind(path: str) -> bool:
    """The same of a path in an archive, with / or \\ between the parts; . and .. are no names."""
    parts = path.replace("\\", "/").split("/")
    return any(is_left_behind(part) for part in parts if part not in (".", ".."))


def ending(name: str) -> str:
    """The ending of a file's name in small letters, without the dot; "" if it has none."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot and _ENDING.fullmatch(last.lower()) else ""


def has_picture_ending(name: str) -> bool:
    return ending(name) in _ENDINGS


def may_be_picture(name: str) -> bool:
    """Whether it has a picture's ending, or none: then its content decides."""
    return ending(name) in _ENDINGS or not ending(name)


class Others:
    """Files that are there and are no pictures by their names, counted by their endings."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, path: str) -> None:
        _, dot, last = path.rpartition("/")[2].lower().rpartition(".")
        found = last if dot and _LONGER.fullmatch(last) else ""
        self._counts[f".{found}" if found else "without an ending"] += 1

    def __str__(self) -> str:
        """ "3 other files passed over (.txt, .csv)", or "" if there were none."""
        if not self._counts:
            return ""
        kinds = first_few([kind for kind, _ in self._counts.most_common()], 5)
        count = self._counts.total()
        files = "other file" if count == 1 else "other files"
        return f"{count:,} {files} passed over ({kinds})"


def walk(
    folder: Path,
    on_error: Callable[[OSError], object] = lambda error: None,
    on_other: Callable[[str], object] = lambda path: None,
) -> Iterator[str]:
    """Paths of picture files below the folder, with / between the parts, sorted by `stored`.

    One folder is in memory at a time. Links are followed, and nothing comes twice for that: not
    what a link leads to that is listed by itself, nor what two links lead to. Links that go round
    in circles end, and none is followed above the folder.

    Args:
        on_error: is told of a folder below that cannot be looked into.
        on_other: is told of a file that is no picture.

    Raises:
        OSError: if `folder` itself cannot be looked into.
    """
    links = _Links(Path(os.path.realpath(folder)))
    open_folders = [("", False, iter(_entries(folder)))]
    while open_folders:
        prefix, linked, entries = open_folders[-1]
        for name, entry in entries:
            path = prefix + name
            through = linked or entry.is_symlink()
            if through and links.is_known(entry, name.endswith("/")):
                continue
            if name.endswith("/"):
                try:
                    below = _entries(Path(entry.path))
                except OSError as error:
                    on_error(error)
                    continue
                open_folders.append((path, through, iter(below)))
                break
            if has_picture_ending(name) or (not ending(name) and _looks_so(entry.path)):
                yield path
            else:
                on_other(path)
        else:
            open_folders.pop()


def stored(path: str) -> str:
    """The path as a file may hold it: bytes that are no UTF-8 as backslash, x and hex."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return path


class _Links:
    """What links have led to so far."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: set[str] = set()
        self._files: set[int] = set()  # hashes: there may be a link for every picture

    def is_known(self, entry: os.DirEntry[str], is_folder: bool) -> bool:
        """Whether this comes, or came, by another way. It is behind a link, or one itself."""
        target = os.path.realpath(entry.path)
        if self._is_listed_itself(target, is_folder):
            return True
        if is_folder:
            known = target in self._folders or self._root.is_relative_to(target)
            self._folders.add(target)
            return known
        if not entry.is_symlink():
            return hash(target) in self._files
        if os.path.dirname(target) in self._folders and may_be_picture(os.path.basename(target)):
            return True
        known = hash(target) in self._files
        self._files.add(hash(target))
        return known

    def _is_listed_itself(self, target: str, is_folder: bool) -> bool:
        if not Path(target).is_relative_to(self._root) or not os.path.exists(target):
            return False
        parts = Path(target).relative_to(self._root).parts
        return not any(map(is_left_behind, parts)) and (
            is_folder or not parts or may_be_picture(parts[-1])
        )


def _entries(place: Path) -> list[tuple[str, os.DirEntry[str]]]:
    """Files and, with / at the end, folders; so sorted, whole paths are in order."""
    with os.scandir(place) as entries:
        found = [(name, entry) for entry in entries if (name := _name(entry))]
    return sorted(found, key=lambda item: stored(item[0]))


def _name(entry: os.DirEntry[str]) -> str | None:
    if is_left_behind(entry.name):
        return None
    with suppress(OSError):  # a link to itself
        if entry.is_dir():
            return entry.name + "/"
    return entry.name if _is_file(entry) else None


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether opening it gives bytes or an error; a pipe would keep its reader waiting for ever."""
    with suppress(OSError):
        if entry.is_file():
            return True
    return entry.is_symlink() and not os.path.exists(entry.path)  # broken: somebody should know


def _looks_so(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return kind_of(file.read(256)) is not None
    except OSError:
        return False
