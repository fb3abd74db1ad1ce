"""The process of a job: it holds a lock as long as it lives, and ends when a file asks it to.

    python -m explorer.jobs.process FOLDER WORDS…

runs `python -m realnvp WORDS…`. Neither descriptors nor signals go from one process to the other,
so this is the same on every system, and whoever comes later can tell as much as whoever started it.
"""

import _thread
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

# Nothing of the core is imported before the lock is held: whoever started it waits for that.

RUNNING, STOP, OUTPUT = "running.lock", "stop", "output.txt"  # in the folder of a job
_NICE = 10
_WAIT = 10.0  # seconds for the lock; whoever looks at it holds it for far less than one
_LOOK = 0.2  # seconds between two looks at STOP
_AGAIN = 2.0  # seconds after which what has not ended is interrupted again
_PATIENCE = 300.0  # seconds after which it ends anyhow; a measurement takes far less


def spawn(folder: Path, words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Begin the process of the job in this folder; it lives on when this one ends."""
    folder = folder.absolute()
    with (folder / OUTPUT).open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "explorer.jobs.process", str(folder), *words],
            cwd=Path(__file__).resolve().parents[2],
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **_apart(),
        )


def is_held(lock: Path) -> bool:
    """Whether a process holds it; two must not look at the same moment, for each takes it."""
    if not lock.exists():
        return False
    try:
        with FileLock(lock, blocking=False, fallback_to_soft=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _apart() -> dict[str, Any]:
    """What keeps a process away from the terminal of the one that starts it, and its Ctrl-C."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def lock_of(folder: Path) -> FileLock:
    """The lock of the job in this folder, not yet taken."""
    return FileLock(folder / RUNNING, timeout=_WAIT, poll_interval=0.01, fallback_to_soft=False)


def main(lock: FileLock, folder: Path, words: Sequence[str]) -> int:
    """The status that the process ends with; the lock is held from now on."""
    try:
        lock.acquire()
    except Timeout:
        print("This training is running already.", file=sys.stderr)
        return 2
    with suppress(OSError, AttributeError):  # Windows was told when it began
        os.nice(max(0, _NICE - os.nice(0)))  # one that another job began has been told already
    signal.signal(signal.SIGINT, signal.default_int_handler)  # some are started with none
    sys.argv[1:] = words
    # A module whose import is interrupted cannot always be imported again: a stop waits for all.
    import realnvp.commands.train  # noqa: F401  which a job's words name
    from realnvp.__main__ import main as run

    try:
        threading.Thread(target=_heed, args=(folder / STOP,), daemon=True).start()
        return run(words)
    except KeyboardInterrupt:  # before or after the training, which heeds it by itself
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _heed(stop: Path) -> None:
    """Interrupt the main thread, as Ctrl-C does, once there is this file."""
    while not stop.exists():
        time.sleep(_LOOK)
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        _thread.interrupt_main()  # again: a library may have swallowed the last one
        time.sleep(_AGAIN)
    os._exit(1)


if __name__ == "__main__":
    FOLDER = Path(sys.argv[1])
    LOCK = lock_of(FOLDER)
    STATUS = main(LOCK, FOLDER, sys.argv[2:])
    if LOCK.is_locked:
        from explorer.jobs.jobs import let_next

        with suppress(OSError):
            let_next(FOLDER)
    sys.stdout.flush()
    os._exit(STATUS)  # at once: the lock goes with the process and its open files, not before them
