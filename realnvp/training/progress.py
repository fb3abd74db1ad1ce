"""How far a run is, and what it is at, in files that others can watch while it goes on."""

import json
import time
from pathlib import Path

PROGRESS = "progress.jsonl"  # in the folder of a run: one line every few seconds
LOG = "log.jsonl"  # one line a report
PHASE = "phase.txt"  # one of the words below
PREPARING, TRAINING, MEASURING, SAVING = "preparing", "training", "measuring", "saving"
NOTE_SECONDS = 2.0


class ProgressNotes:
    """Appends a line now and then; the first comes at once.

    Args:
        folder: of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self._next = 0.0
        self._waiting: dict[str, float] | None = None

    def note(
        self, share: float, step: int, seconds: float, bits_per_dim: float, images_per_second: float
    ) -> None:
        """What is known now; written unless the last line is younger than `NOTE_SECONDS`."""
        self._waiting = {
            "share": round(share, 4),
            "step": step,
            "seconds": round(seconds, 1),
            "train_bits_per_dim": round(bits_per_dim, 4),
            "images_per_second": round(images_per_second, 1),
        }
        if time.monotonic() >= self._next:
            self.flush()

    def flush(self) -> None:
        """Write what was noted last, if it has not been: where a run ends must be known."""
        if self._waiting is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self._waiting) + "\n")
        self._waiting = None
        self._next = time.monotonic() + NOTE_SECONDS


def enter(folder: Path, phase: str) -> None:
    """Say what the run in this folder is at from now on."""
    (folder / PHASE).write_text(phase, encoding="utf-8")


def phase_of(folder: Path) -> str:
    """What the run in this folder is at, or was when it ended; "" if it has not said."""
    try:
        return (folder / PHASE).read_text("utf-8", errors="replace")
    except OSError:
        return ""


def read_lines(path: Path) -> list[dict[str, float]]:
    """The lines of such a file; one that is being written, or damaged, is left out."""
    lines = []
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            lines.append(entry)
    return lines
