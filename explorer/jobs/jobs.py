"""Training runs as processes of their own, which outlive whoever started them.

A job is a folder below one root. Its process holds a lock on a file there, inherited from the one
that started it, so that anybody can tell whether it runs, even after the server has been restarted.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from filelock import lock_descriptor, unlock_descriptor

from realnvp.atomic_file import write_file
from realnvp.config import ModelConfig
from realnvp.locks import holding
from realnvp.training.progress import LOG, PREPARING, PROGRESS, enter, phase_of, read_lines

MAX_RUNNING = 1  # on this server: training takes a core from everybody
MAX_JOBS = 20
INVERSE_PENALTY = 5.0  # nats an image, of a job that has one
_ABOUT, _LOCK, _OUTPUT = "job.json", "running.lock", "output.txt"
_STARTING = ".starting.lock"  # in the root: two visitors at once are one after the other
_LOOKING = ".looking.lock"  # in the root: whoever looks whether a lock is held, takes it for that
_NICE = 10
_TIMEOUT = 10.0  # seconds; whoever looks whether a job runs holds its lock for far less than one
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")

_started: list[subprocess.Popen[bytes]] = []  # asked after, so that none stays a zombie


class JobError(ValueError):
    """What cannot be done with a job; one line for people."""


@dataclass(frozen=True)
class JobSettings:
    """What a job trains.

    Args:
        title: of its data, for people.
        size: side of the pictures, in pixels.
        minutes: of training.
        levels, width: of the model.
        learning_rate: peak.
        images: in the training part; a tenth of them, at most 500, is held out.
        inverse_penalty: whether the inverse is kept from magnifying rounding.
        alpha: margin of the logits.
        notes: on its data, a line each: what was left out of it, and why.
    """

    title: str
    size: int
    minutes: float
    levels: int
    width: int
    learning_rate: float
    images: int
    inverse_penalty: bool = False
    alpha: float = ModelConfig.alpha
    notes: str = ""

    def words(self, data: str, name: str, out: str) -> list[str]:
        """The command after `python -m realnvp`."""
        held_out = max(1, min(500, self.images // 10))
        batch = min(32, self.images - held_out)
        penalty = ["--inverse-penalty", f"{INVERSE_PENALTY:g}"] if self.inverse_penalty else []
        return [
            *("train", data, "--name", name, "--out", out),
            *("--size", str(self.size), "--levels", str(self.levels)),
            *("--width", str(self.width), "--blocks", "1", "--alpha", f"{self.alpha:g}"),
            *("--batch-size", str(batch)),
            *("--learning-rate", f"{self.learning_rate:g}", "--minutes", f"{self.minutes:g}"),
            *("--optimizer", "soap"),  # of a few minutes it makes more
            *("--validation", str(held_out), "--threads", "1"),
            *penalty,
        ]


@dataclass(frozen=True)
class Job:
    """One of them, as its folder tells.

    Args:
        folder: below the root; its name is the job's id.
        settings: what it was started with.
    """

    folder: Path
    settings: JobSettings

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def is_running(self) -> bool:
        for process in list(_started):
            if process.poll() is not None:
                _started.remove(process)
        return _is_locked(self.folder / _LOCK)

    @property
    def phase(self) -> str:
        """What it is at, in a word of `realnvp.training.progress`; "" if it does not run."""
        return phase_of(self.folder) if self.is_running else ""

    def progress(self) -> list[dict[str, float]]:
        """Every few seconds: share, step, seconds, train_bits_per_dim, images_per_second."""
        return read_lines(self.folder / PROGRESS)

    def reports(self) -> list[dict[str, float]]:
        """Every report: seconds, train_bits_per_dim, validation_bits_per_dim and more."""
        return read_lines(self.folder / LOG)

    def sheets(self) -> dict[int, Path]:
        """Samples of the same latents, by step."""
        found = sorted((self.folder / "samples").glob("*.png"))
        return {int(path.stem): path for path in found if path.stem.isdigit()}

    def complaint(self) -> str:
        """The last line that it wrote if it ended without a report, else ""."""
        if self.is_running or self.reports():
            return ""
        with suppress(OSError):
            lines = (self.folder / _OUTPUT).read_text(errors="replace").strip().splitlines()
            if lines and not lines[-1].startswith(" "):
                return lines[-1].rpartition("realnvp train: ")[2][:200]
        return ""


def start(root: Path, settings: JobSettings, data: Path) -> Job:
    """Move a file of data into a new job and train on it.

    Raises:
        JobError: if too many are running or kept.
    """
    root.mkdir(parents=True, exist_ok=True)
    with holding(root / _STARTING):
        jobs = _with_room(root)
        if len(jobs) >= MAX_JOBS:
            raise JobError(f"{MAX_JOBS} trainings are kept here; remove one first.")
        folder = root / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        folder.mkdir()
        shutil.move(data, folder / "data.npz")
        write_file(folder / _ABOUT, json.dumps(asdict(settings)))
        job = Job(folder, settings)
        _run(job)
        return job


def resume(job: Job, root: Path) -> None:
    """Start a stopped job again where it was.

    Raises:
        JobError: if too many are running, or it is.
    """
    with holding(root / _STARTING):
        _with_room(root)
        _run(job)


def _with_room(root: Path) -> list[Job]:
    """All jobs, if one more may run.

    Raises:
        JobError: if not.
    """
    jobs = list_jobs(root)
    if sum(job.is_running for job in jobs) >= MAX_RUNNING:
        raise JobError("Another model is being trained here; one at a time.")
    return jobs


def stop(job: Job) -> None:
    """Ask it to save and end; it does within a step or two."""
    if job.is_running:
        with suppress(OSError, ValueError):
            os.kill(int((job.folder / _LOCK).read_text()), signal.SIGTERM)


def remove(job: Job) -> None:
    """Delete the folder of a job.

    Raises:
        JobError: if it is running.
    """
    if job.is_running:
        raise JobError("Stop it first.")
    shutil.rmtree(job.folder, ignore_errors=True)


def list_jobs(root: Path) -> list[Job]:
    """All jobs below the root, the newest first; what is no job is left out."""
    jobs = []
    for folder in sorted(root.glob("*"), reverse=True) if root.is_dir() else []:
        if _ID.fullmatch(folder.name):
            with suppress(OSError, ValueError, TypeError):
                about: dict[str, Any] = json.loads((folder / _ABOUT).read_text())
                jobs.append(Job(folder, JobSettings(**about)))
    return jobs


def _run(job: Job) -> None:
    folder = job.folder
    words = job.settings.words(str(folder / "data.npz"), job.id, str(folder))
    with (folder / _LOCK).open("a") as lock:
        _hold(lock)
        enter(folder, PREPARING)
        lock.truncate(0)  # not before: it may hold the number of a process that runs
        with (folder / _OUTPUT).open("wb") as output:
            process = _process(words, output.fileno(), lock.fileno())
        lock.write(str(process.pid))
    _started.append(process)
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)


def _hold(lock: IO[str]) -> None:
    """Lock the open file for its process alone.

    Raises:
        JobError: if another one keeps the lock.
    """
    end = time.monotonic() + _TIMEOUT
    while not lock_descriptor(lock.fileno(), blocking=False):
        if time.monotonic() > end:
            raise JobError("This training is running already.")
        time.sleep(0.01)


def _process(words: Sequence[str], output: int, lock: int) -> subprocess.Popen[bytes]:
    """In a session of its own: it lives on when the server ends."""
    return subprocess.Popen(
        [sys.executable, "-m", "realnvp", *words],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=(lock,),
        start_new_session=True,
    )


def _is_locked(path: Path) -> bool:
    try:
        # One after the other: two who looked at once would see each other's lock.
        with holding(path.parents[1] / _LOOKING), path.open("r+") as file:
            is_free = lock_descriptor(file.fileno(), blocking=False)
            if is_free:  # not left to `close`: a process that begins now may have the file as well
                unlock_descriptor(file.fileno())
            return not is_free
    except OSError:
        return False
