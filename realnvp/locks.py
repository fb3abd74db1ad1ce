"""A file that one process, or one thread, holds at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_POLL = 0.002  # seconds between two tries of whoever waits


@contextmanager
def holding(path: Path, otherwise: str | None = None) -> Iterator[None]:
    """Hold the lock of a file, which is made. Whoever is killed loses it: no stale file matters.

    Args:
        path: of the file; its folder exists.
        otherwise: what to say if somebody else holds it; None waits for it.

    Raises:
        ValueError: with these words.
        OSError: if the file cannot be opened, or its file system has no locks.
    """
    lock = FileLock(path, blocking=otherwise is None, poll_interval=_POLL, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(otherwise) from None
    try:
        yield
    finally:
        lock.release()
