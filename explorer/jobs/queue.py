"""Who waits for a turn: a file in the folder of a job, with the moment at which it came."""

import time
from collections.abc import Iterable
from pathlib import Path

from realnvp.atomic_file import write_file

QUEUED = "queued.txt"  # in the folder of a job


def enter_queue(folder: Path) -> None:
    """At the end of the queue, as of now.

    Raises:
        OSError: if nothing can be written there.
    """
    write_file(folder / QUEUED, str(time.time_ns()))


def leave_queue(folder: Path) -> None:
    """Out of it, if it was there.

    Raises:
        OSError: if the file cannot be removed.
    """
    (folder / QUEUED).unlink(missing_ok=True)


def is_queued(folder: Path) -> bool:
    return (folder / QUEUED).exists()


def in_order(folders: Iterable[Path]) -> list[Path]:
    """Those that wait, the first one first; of the same moment, as their names are sorted."""
    came = {folder: _came(folder) for folder in folders if is_queued(folder)}
    return sorted(came, key=lambda folder: (came[folder], folder.name))


def _came(folder: Path) -> int:
    """Of what cannot be read, before all others: it holds nobody up for ever."""
    try:
        return int((folder / QUEUED).read_text("utf-8"))
    except (OSError, ValueError):
        return 0
