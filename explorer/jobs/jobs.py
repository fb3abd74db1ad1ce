"""Training runs as processes of their own, which outlive whoever started them.

A job is a folder below one root. Its process holds a lock there, so that anybody can tell whether
it runs, even after the server has been restarted, and a file there asks it to stop: see `process`.
"""

import json
import re
import secrets
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from explorer.jobs.process import OUTPUT, RUNNING, STOP, is_held, spawn
from realnvp.atomic_file import write_file
from realnvp.commands.fields import words_of
from realnvp.commands.train import MODEL_OPTIONS
from realnvp.config import ModelConfig, TrainConfig
from realnvp.locks import holding
from realnvp.training.progress import LOG, PREPARING, PROGRESS, enter, phase_of, read_lines

MAX_RUNNING = 1  # on this server: training takes a core from everybody
MAX_JOBS = 20
_ABOUT = "job.json"
# In the root: whoever starts, stops or looks at a job has it, one after the other. A start has it
# until the lock of the job is held, so none looks dead that has just been started.
_ONE = ".one.lock"
_START_SECONDS = 60.0  # that a process may take to begin, on the busiest machine
_REMOVE_SECONDS = 2.0  # that Windows may take to let the files of a process go
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")

_started: list[subprocess.Popen[bytes]] = []  # asked after, so that none stays a zombie


class JobError(ValueError):
    """What cannot be done with a job; one line for people."""


@dataclass(frozen=True)
class JobSettings:
    """What a job trains.

    Args:
        title: of its data, for people.
        model, train: as the trainer takes them; channels and labels are those of the data.
        notes: on its data, a line each: what was left out of it, and why.
    """

    title: str
    model: ModelConfig
    train: TrainConfig
    notes: str = ""

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild from JSON; an option that came later has its default.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: if it is something else.
        """
        model = ModelConfig.from_dict(values["model"])
        train = TrainConfig.from_dict(values["train"])
        return cls(values["title"], model, train, values["notes"])

    def words(self, data: str, name: str, out: str) -> list[str]:
        """The command after `python -m realnvp`."""
        height, width = self.model.image_size
        return [
            *("train", data, "--name", name, "--out", out),
            *("--size", f"{height}" if height == width else f"{height}x{width}"),
            *words_of(self.model, MODEL_OPTIONS),
            *words_of(self.train),
            *("--threads", "1"),
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
        try:
            with holding(self.folder.parent / _ONE):
                return _runs(self)
        except OSError:
            return False

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
        """The last line that it wrote if it ended, unasked, without a report; else ""."""
        if self.is_running or self.reports() or (self.folder / STOP).exists():
            return ""
        with suppress(OSError):
            text = (self.folder / OUTPUT).read_text("utf-8", errors="replace")
            lines = text.strip().splitlines()
            if lines and not lines[-1].startswith(" "):
                return lines[-1].rpartition("realnvp train: ")[2][:200]
        return ""


def start(root: Path, settings: JobSettings, data: Path) -> Job:
    """Move a file of data into a new job and train on it.

    Raises:
        JobError: if too many are running or kept, or its process does not begin.
    """
    root.mkdir(parents=True, exist_ok=True)
    with holding(root / _ONE):
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
        JobError: if too many are running, or it is; or if its process does not begin.
    """
    with holding(root / _ONE):
        _with_room(root)
        _run(job)


def _with_room(root: Path) -> list[Job]:
    """All jobs, if one more may run.

    Raises:
        JobError: if not.
    """
    jobs = list_jobs(root)
    if sum(_runs(job) for job in jobs) >= MAX_RUNNING:
        raise JobError("Another model is being trained here; one at a time.")
    return jobs


def stop(job: Job) -> None:
    """Ask it to save and end; it does within a step or two.

    Raises:
        OSError: if nothing can be written in its folder.
    """
    with holding(job.folder.parent / _ONE):
        if _runs(job):
            (job.folder / STOP).touch()


def remove(job: Job) -> None:
    """Delete the folder of a job.

    Raises:
        JobError: if it is running, or something of it cannot be deleted.
    """
    with holding(job.folder.parent / _ONE):
        if _runs(job):
            raise JobError("Stop it first.")
        end = time.monotonic() + _REMOVE_SECONDS
        while job.folder.exists():
            if time.monotonic() > end:
                raise JobError("Some of its files are in use, or may not be deleted.")
            shutil.rmtree(job.folder, ignore_errors=True)


def list_jobs(root: Path) -> list[Job]:
    """All jobs below the root, the newest first; what is no job is left out."""
    jobs = []
    for folder in sorted(root.glob("*"), reverse=True) if root.is_dir() else []:
        if _ID.fullmatch(folder.name):
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                about = json.loads((folder / _ABOUT).read_text("utf-8"))
                jobs.append(Job(folder, JobSettings.from_dict(about)))
    return jobs


def _runs(job: Job) -> bool:
    """Whether its process is there; whoever asks holds `_ONE`."""
    return is_held(job.folder / RUNNING)


def _run(job: Job) -> None:
    """Begin its process, and wait until that holds its lock; whoever asks holds `_ONE`.

    Raises:
        JobError: if it runs already, or does not begin.
    """
    if _runs(job):
        raise JobError("This training is running already.")
    (job.folder / STOP).unlink(missing_ok=True)
    enter(job.folder, PREPARING)
    process = spawn(
        job.folder, job.settings.words(str(job.folder / "data.npz"), job.id, str(job.folder))
    )
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and not _runs(job):
        if time.monotonic() > end:
            process.kill()
            process.wait()
            raise JobError("The trainer did not begin: this server is too busy. Try again later.")
        time.sleep(0.01)
    _started.append(process)
