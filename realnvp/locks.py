"""A file that one process, or one thread, holds at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def holding(path: Path, otherwise: str | None = None) -> Iterator[None]:
    """Hold the lock of a file, which is made. Whoever is killed loses it: no stale file matters.

    Args:
        path: of the file; its folder exists.
        otherwise: what to say if somebody else holds it; None waits for it.

    Raises:
        ValueError: with these words.
        OSError: if the file cannot be opened.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if otherwise else 0))
        except BlockingIOError:
            raise ValueError(otherwise) from None
        yield
