"""Training runs as processes of their own, which outlive whoever started them.

A job is a folder below one root. Its process holds a lock there, so that anybody can tell whether
it runs, even after the server has been restarted, and a file there asks it to stop: see `process`.
One runs at a time; the others wait in a queue of files, see `queue`, which needs no server either:
a process that ends begins the next one, and so does whoever looks while nothing runs.
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

from explorer.classroom import refusal
from explorer.jobs.owner import NOBODY, Owner
from explorer.jobs.process import OUTPUT, RUNNING, STOP, is_held, spawn
from explorer.jobs.queue import QUEUED, enter_queue, in_order, is_queued, leave_queue
from realnvp.atomic_file import write_file
from realnvp.commands.fields import words_of
from realnvp.commands.train import MODEL_OPTIONS
from realnvp.config import ModelConfig, TrainConfig
from realnvp.locks import holding
from realnvp.training.progress import LOG, PREPARING, PROGRESS, enter, phase_of, read_lines

MAX_RUNNING = 1  # on this server: training takes a core from everybody
MAX_JOBS = 20
_ABOUT = "job.json"
_ENDS = "ends"  # in the folder of a job whose process is about to end
# In the root: whoever starts, stops or looks at a job has it, one after the other. A start has it
# until the lock of the job is held, so none looks dead that has just been started.
_ONE = ".one.lock"
_START_SECONDS = 60.0  # that a process may take to begin, on the busiest machine
_REMOVE_SECONDS = 2.0  # that Windows may take to let the files of a process go
_RUNNING_ALREADY = "This training is running already."
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")

_started: list[subprocess.Popen[bytes]] = []  # asked after, so that none stays a zombie


class JobError(ValueError):
    """What cannot be done with a job; one line for people."""


def check_allowed() -> None:
    """Before anything that changes what all share.

    Raises:
        JobError: if a teacher has locked it, and whoever acts is not the teacher.
    """
    if why := refusal():
        raise JobError(why)


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
        owner: whoever started it.
    """

    folder: Path
    settings: JobSettings
    owner: Owner = NOBODY

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
    def is_waiting(self) -> bool:
        """Whether it is in the queue."""
        return is_queued(self.folder)

    @property
    def started(self) -> time.struct_time:
        """When it was started or queued at first, in this server's time."""
        return time.strptime(self.id[:15], "%Y%m%d-%H%M%S")

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
        if self.is_waiting or self.is_running or self.reports() or (self.folder / STOP).exists():
            return ""
        with suppress(OSError):
            text = (self.folder / OUTPUT).read_text("utf-8", errors="replace")
            lines = text.strip().splitlines()
            if lines and not lines[-1].startswith(" "):
                return lines[-1].rpartition("realnvp train: ")[2][:200]
        return ""


def start(root: Path, settings: JobSettings, data: Path, owner: Owner = NOBODY) -> Job:
    """Move a file of data into a new job and train on it, or have it wait where another one runs.

    Raises:
        JobError: if too many are kept, its process does not begin, or it is locked.
    """
    check_allowed()
    root.mkdir(parents=True, exist_ok=True)
    with holding(root / _ONE):
        if len(list_jobs(root)) >= MAX_JOBS:
            raise JobError(f"{MAX_JOBS} trainings are kept here; remove one first.")
        folder = root / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        folder.mkdir()
        shutil.move(data, folder / "data.npz")
        write_file(folder / _ABOUT, json.dumps(asdict(settings) | {"owner": asdict(owner)}))
        job = Job(folder, settings, owner)
        _run_in_turn(job, root)
        return job


def resume(job: Job, root: Path) -> None:
    """Start a stopped job again where it was, or have it wait where another one runs.

    Raises:
        JobError: if it runs or waits; if its process does not begin, or it is locked.
    """
    check_allowed()
    with holding(root / _ONE):
        if _runs(job):
            raise JobError(_RUNNING_ALREADY)
        if job.is_waiting:
            raise JobError("This training waits for its turn already.")
        _run_in_turn(job, root)


def advance(root: Path) -> None:
    """Begin what waits first, if nothing runs: for who comes where a process was killed."""
    if next(root.glob(f"*/{QUEUED}"), None) is not None:
        with suppress(OSError), holding(root / _ONE):
            _advance(root)


def let_next(folder: Path) -> None:
    """In the process of a job that ends: begin what waits first.

    From then on nobody waits for this job, though it holds its lock until its process is gone.

    Raises:
        OSError: if nothing can be written.
    """
    with holding(folder.parent / _ONE):
        (folder / _ENDS).touch()
        _advance(folder.parent)


def waiting(root: Path) -> list[Job]:
    """Those in the queue, the next one first."""
    known = {job.folder: job for job in list_jobs(root)}
    return [known[folder] for folder in in_order(known)]


def stop(job: Job) -> None:
    """Ask it to save and end; it does within a step or two. What waits leaves the queue.

    Raises:
        JobError: if it is locked.
        OSError: if nothing can be written in its folder.
    """
    check_allowed()
    with holding(job.folder.parent / _ONE):
        leave_queue(job.folder)
        if _runs(job):
            (job.folder / STOP).touch()


def remove(job: Job) -> None:
    """Delete the folder of a job, in the queue or not.

    Raises:
        JobError: if it is running or locked, or something of it cannot be deleted.
    """
    check_allowed()
    with holding(job.folder.parent / _ONE):
        if _runs(job):
            raise JobError("Stop it first.")
        leave_queue(job.folder)
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
                owner = Owner.from_dict(about.get("owner"))
                jobs.append(Job(folder, JobSettings.from_dict(about), owner))
    return jobs


def _runs(job: Job) -> bool:
    """Whether its process is there; whoever asks holds `_ONE`."""
    return is_held(job.folder / RUNNING)


def _run_in_turn(job: Job, root: Path) -> None:
    """`_run`, or a place in the queue; whoever asks holds `_ONE`.

    Raises:
        JobError: as `_run`.
    """
    _advance(root)
    if _turns_taken(root) < MAX_RUNNING:
        _run(job)
    else:
        enter_queue(job.folder)


def _turns_taken(root: Path) -> int:
    """How many run, but for those that are about to end; whoever asks holds `_ONE`."""
    return sum(_runs(job) and not (job.folder / _ENDS).exists() for job in list_jobs(root))


def _advance(root: Path) -> None:
    """Begin what waits, as far as there is room; whoever asks holds `_ONE`.

    What cannot begin leaves the queue and says why: nobody waits behind it for ever.
    """
    for job in waiting(root)[: max(0, MAX_RUNNING - _turns_taken(root))]:
        leave_queue(job.folder)
        try:
            _run(job)
        except JobError as error:
            (job.folder / OUTPUT).write_text(f"{error}\n", encoding="utf-8")


def _run(job: Job) -> None:
    """Begin its process, and wait until that holds its lock; whoever asks holds `_ONE`.

    Raises:
        JobError: if it runs already, or does not begin.
    """
    if _runs(job):
        raise JobError(_RUNNING_ALREADY)
    for left in (STOP, _ENDS):
        (job.folder / left).unlink(missing_ok=True)
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
