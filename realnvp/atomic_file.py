"""Files that are written whole or not at all."""

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from safetensors.torch import save
from torch import Tensor

_ENDING = ".part"  # of what is not yet finished
_PATIENCE = 2.0  # seconds


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of the one at `path` when all of it is on disk.

    A reader sees the old file or the new one. If the block fails, the old one stays. The new one
    may be read by whom the umask lets. A link stays, and what it points to is replaced; a device or
    a pipe, which nothing can take the place of, is written to itself.

    Raises:
        OSError: that names `path`, if it cannot be written.
    """
    part = None
    try:
        place = _place(path)
        if place.exists() and not place.is_file():
            with place.open("wb") as file:
                yield file
            return
        # Of a name of its own: two that write the same file do not write into each other's.
        part = place.with_name(f".{place.name[:40]}.{secrets.token_hex(4)}{_ENDING}")
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # some disks say only now that they are full
            _replace(part, place)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        named = error.filename is not None and str(error.filename)
        if error.errno is None or named not in (False, str(path), str(part)):
            raise  # of something else, that the block has to do with
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_file(path: Path, data: bytes | str) -> None:
    """All of a file, text as UTF-8; see `new_file`.

    Of the name of a file, bytes that are no UTF-8 become \\udcNN, which JSON reads as they were.
    """
    with new_file(path) as file:
        file.write(data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace"))


def write_tensors(
    path: Path, tensors: dict[str, Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """A safetensors file; see `new_file`."""
    # Not `save_file`: its files can be read by their owner alone, and errors are not OSError.
    write_file(path, save(tensors, None if metadata is None else dict(metadata)))


def check_writable(path: Path) -> None:
    """Tell before the work, and not after it, that a file cannot be written there.

    Raises:
        OSError: that names `path`.
    """
    place = _place(path)
    if not place.exists() or place.is_file():
        folder = place.parent
        if not folder.exists():
            raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def clean(folder: Path) -> None:
    """Remove what was begun by one that was killed; nobody else may be writing in the folder."""
    for path in folder.glob(f".*{_ENDING}"):
        if path.is_file():
            path.unlink(missing_ok=True)


def _replace(part: Path, place: Path) -> None:
    """Put one in the place of the other; on Windows that waits until nobody reads the old one."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            part.replace(place)
            return
        except PermissionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def _place(path: Path) -> Path:
    """Where the file is in the end, which need not be there.

    Raises:
        OSError: if no file can be there.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if stat.S_ISBLK(mode):
        raise PermissionError(errno.EPERM, "this is a disk", str(path))
    return Path(os.path.realpath(path))
