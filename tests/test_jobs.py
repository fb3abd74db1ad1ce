"""Trainings of their own process: started, watched, stopped, resumed, and used as a model."""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from filelock import FileLock
from flows import small_flow
from patience import PATIENCE, wait_until

import realnvp
from explorer.examples import stored_examples
from explorer.jobs import jobs, process, publishing
from explorer.jobs.jobs import Job, JobError, JobSettings, list_jobs
from explorer.jobs.owner import MAX_OWNER, NOBODY, Owner
from explorer.jobs.process import OUTPUT, RUNNING, STOP
from explorer.jobs.publishing import publish
from explorer.jobs.queue import QUEUED
from realnvp.checkpoint import save
from realnvp.commands.fields import values_of
from realnvp.commands.train import add_arguments
from realnvp.config import ModelConfig, TrainConfig
from realnvp.data import load_images
from realnvp.data.shapes import write_shapes
from realnvp.direction_file import read_directions
from realnvp.doctor.card import check_hash, check_quantiles
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.evaluation import quantiles
from realnvp.locks import holding
from realnvp.training.progress import PREPARING, TRAINING, enter, phase_of
from realnvp.training.reports import BEST_LOCK
from realnvp.viz import to_rgb

SETTINGS = JobSettings(
    "shapes",
    ModelConfig(image_size=(8, 8), num_levels=2, width=4),
    TrainConfig(minutes=0.02, batch_size=32, learning_rate=0.004, validation=12),
)
LONG = replace(SETTINGS, train=replace(SETTINGS.train, minutes=5.0))
ROOT = Path(__file__).resolve().parent.parent
ENDED = SimpleNamespace(pid=0, poll=lambda: 0)


@pytest.fixture(autouse=True)
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "training"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path) -> Path:
    path = folder / "shapes.npz"
    write_shapes(path, 8, train=120, test=10)
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """One that has come to its end. It is for all tests: `finished` is a test's own."""
    folder = tmp_path_factory.mktemp("trained")
    job = jobs.start(folder / "training", SETTINGS, written(folder))
    wait_until(lambda: not job.is_running)
    return job


@pytest.fixture
def finished(trained: Job, root: Path) -> Job:
    folder = shutil.copytree(trained.folder, root / trained.id)
    return Job(folder, trained.settings, trained.owner)


def made_up(root: Path, number: int = 0) -> Job:
    """A job that was never started."""
    folder = root / f"20260101-000000-abcde{number:x}"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps(asdict(SETTINGS)))
    return Job(folder, SETTINGS)


STARTED = """
import os, sys
from pathlib import Path
from explorer.jobs import jobs
root, *words = sys.argv[1:]
for data, settings in zip(words[::2], words[1::2], strict=True):
    about = jobs.JobSettings.from_dict(jobs.json.loads(settings))
    jobs.start(Path(root), about, Path(data))
os._exit(9)
"""


def start_from_outside(root: Path, trainings: dict[Path, JobSettings]) -> None:
    """Start these, by their data, from a process that has ended since, without a farewell."""
    words = [str(root)]
    for data, settings in trainings.items():
        words += [str(data), json.dumps(asdict(settings))]
    assert subprocess.run([sys.executable, "-c", STARTED, *words], cwd=ROOT).returncode == 9


def test_a_training_outlives_who_started_it_stops_and_resumes(root: Path, data: Path) -> None:
    start_from_outside(root, {data: LONG})
    (job,) = list_jobs(root)
    assert job.settings == LONG
    assert not data.exists()  # the job has it
    assert job.is_running
    with pytest.raises(JobError, match="Stop it first"):
        jobs.remove(job)
    wait_until(job.progress)
    jobs.stop(job)
    wait_until(lambda: not job.is_running)
    steps = job.progress()[-1]["step"]
    assert (job.folder / "state.safetensors").is_file()
    assert job.complaint() == ""

    assert list_jobs(root) == [job]
    jobs.resume(job, root)
    wait_until(lambda: job.progress()[-1]["step"] > steps)
    jobs.stop(job)
    wait_until(lambda: not job.is_running)
    jobs.remove(job)
    assert list_jobs(root) == []


def another(data: Path, number: int) -> Path:
    """A file of data like that one."""
    return Path(shutil.copy(data, data.with_name(f"another-{number}.npz")))


def test_what_is_started_while_one_trains_waits_and_needs_no_server(root: Path, data: Path) -> None:
    """Each process that ends begins the next one: whoever started them has ended long since."""
    others = [another(data, 1), another(data, 2)]
    start_from_outside(root, {data: LONG} | dict.fromkeys(others, SETTINGS))
    waits = jobs.waiting(root)
    assert len(waits) == 2
    assert not any(job.is_running for job in waits)
    (first,) = [job for job in list_jobs(root) if job not in waits]
    assert first.is_running
    jobs.stop(first)
    wait_until(lambda: all(job.reports() for job in waits))  # one after the other
    assert jobs.waiting(root) == []


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the jobs that run; one that begins is among them from then on."""
    running: list[Path] = []
    monkeypatch.setattr(jobs, "_runs", lambda job: job.folder in running)

    def run(job: Job) -> None:
        time.sleep(0.02)  # the way from a look at the others to a lock of one's own
        running.append(job.folder)

    monkeypatch.setattr(jobs, "_run", run)
    return running


def start(root: Path, owner: Owner = NOBODY) -> Job:
    path = root.parent / f"{time.time_ns()}-{threading.get_ident()}.npz"
    path.touch()
    return jobs.start(root, SETTINGS, path, owner)


def test_of_many_who_start_at_once_one_runs_and_all_others_wait(
    root: Path, running: list[Path]
) -> None:
    with ThreadPoolExecutor(8) as threads:
        started = list(threads.map(lambda _: start(root), range(8)))
    assert len(running) == 1
    assert {job.folder for job in started} == {job.folder for job in list_jobs(root)}
    assert len(jobs.waiting(root)) == 7


def test_the_queue_goes_on_in_the_order_in_which_it_came(root: Path, running: list[Path]) -> None:
    first, second, third = (start(root) for _ in range(3))
    assert [job.is_waiting for job in (first, second, third)] == [False, True, True]
    assert jobs.waiting(root) == [second, third]
    jobs.advance(root)
    assert running == [first.folder]  # there is no room yet
    running.clear()  # as one that was killed; nobody told the next
    jobs.advance(root)
    assert running == [second.folder]
    assert jobs.waiting(root) == [third]
    jobs.stop(third)
    assert jobs.waiting(root) == []
    assert not (third.folder / STOP).exists()
    running.clear()
    jobs.advance(root)
    assert running == []
    jobs.resume(third, root)
    assert running == [third.folder]


def test_what_ends_lets_the_next_begin_though_it_holds_its_lock_still(
    root: Path, running: list[Path]
) -> None:
    first, second = start(root), start(root)
    jobs.let_next(first.folder)
    assert running == [first.folder, second.folder]
    third = start(root)
    assert third.is_waiting
    jobs.stop(third)
    jobs.let_next(second.folder)  # nobody waits
    jobs.resume(third, root)  # and nobody has to
    assert running == [first.folder, second.folder, third.folder]


def test_who_resumes_waits_behind_those_who_wait(root: Path, running: list[Path]) -> None:
    first, second = start(root), start(root)
    stopped = made_up(root)
    jobs.resume(stopped, root)
    assert jobs.waiting(root) == [second, stopped]
    with pytest.raises(JobError, match="waits for its turn already"):
        jobs.resume(stopped, root)
    with pytest.raises(JobError, match="running already"):
        jobs.resume(first, root)
    jobs.remove(stopped)
    assert jobs.waiting(root) == [second]


def test_what_cannot_begin_does_not_hold_up_the_queue(
    root: Path, running: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (start(root) for _ in range(3))
    begin = jobs._run

    def run(job: Job) -> None:
        if job == second:
            raise JobError("The trainer did not begin.")
        begin(job)

    monkeypatch.setattr(jobs, "_run", run)
    for _ in range(2):
        running.clear()
        jobs.advance(root)
    assert running == [third.folder]
    assert second.complaint() == "The trainer did not begin."
    assert jobs.waiting(root) == []
    assert first.complaint() == ""


def test_a_queue_file_that_is_damaged_holds_nobody_up(root: Path, running: list[Path]) -> None:
    first, second, third = (start(root) for _ in range(3))
    (third.folder / QUEUED).write_bytes(b"\xff")
    assert jobs.waiting(root) == [third, second]
    assert not first.is_waiting


def test_a_job_is_its_owner_s(root: Path, running: list[Path]) -> None:
    job = start(root, Owner.of("a" * 22, "  Ada\u202e\nof\x00 A  "))
    (read,) = list_jobs(root)
    assert read == job
    assert read.owner.name == "Ada of A"
    assert read.owner.is_of("a" * 22)
    assert not read.owner.is_of("b" * 22)
    assert "a" * 22 not in (job.folder / "job.json").read_text()  # nobody passes for them


@pytest.mark.parametrize("written", [None, "x", 3, {"id": 1, "name": []}, {"name": "x" * 500}])
def test_of_an_owner_that_is_damaged_what_can_be_read_is(root: Path, written: object) -> None:
    job = made_up(root)
    about = json.loads((job.folder / "job.json").read_text())
    (job.folder / "job.json").write_text(json.dumps(about | {"owner": written}))
    (read,) = list_jobs(root)
    assert not read.owner.is_of("")
    assert len(read.owner.name) <= MAX_OWNER


def test_what_is_published_is_of_one_report(root: Path, checkpoints: Path) -> None:
    job = made_up(root)
    flows = {step: small_flow(step, num_levels=1, width=2) for step in (1, 2)}
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            for step, flow in flows.items():
                with holding(job.folder / BEST_LOCK):
                    save(flow, job.folder / "best", {"training": {"step": step}})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_until((job.folder / "best" / "config.json").is_file)
        for _ in range(20):
            publish(job, "mine")
            model = realnvp.load("trained-mine")
            written = flows[model.card["training"]["step"]].state_dict()
            assert all(torch.equal(v, written[name]) for name, v in model.state_dict().items())
    finally:
        done.set()
        writer.join()
    assert not list((checkpoints / "trained-mine").glob(".*"))


def test_a_finished_training_becomes_a_model(finished: Job) -> None:
    job = finished
    assert job.reports()
    assert job.progress()[-1]["share"] == 1
    assert job.sheets()
    shares: list[float] = []
    assert publish(job, "mine", shares.append) == "trained-mine"
    assert shares == sorted(shares)
    assert shares[-1] == 1
    publish(job, "mine")  # again, over the old one
    assert realnvp.list_checkpoints() == ["trained-mine"]
    flow = realnvp.load("trained-mine")
    assert flow.config.image_size == (8, 8)

    # All that a bundled one has.
    card = flow.card
    assert card["title"] == "shapes, 8 × 8"
    assert card["data"] == "shapes: disc, square, triangle"
    assert card["test_images"] == 10
    assert card["steps"] == card["training"]["step"]
    images = load_images(job.folder / "data.npz")
    expected = quantiles(flow, torch.from_numpy(images.test))
    assert card["test_quantiles"] == pytest.approx(expected, abs=1e-4)
    examples = stored_examples("trained-mine")
    held_out = to_rgb(torch.from_numpy(images.test))
    shown = {name.split()[0] for name in examples}
    assert shown == set(images.label_names)
    assert any(np.array_equal(next(iter(examples.values())).pixels, p) for p in held_out)
    found = read_directions("trained-mine", flow.dim)
    assert "PCA 1" in found.names
    assert (realnvp.checkpoint.checkpoint_folder("trained-mine") / "samples.png").is_file()
    weights = realnvp.checkpoint.checkpoint_folder("trained-mine") / "model.safetensors"
    assert card["weights_bytes"] == weights.stat().st_size
    findings = check_hash(weights.parent, card), check_quantiles(CheckpointUnderTest(flow))
    assert all(finding.passed for found in findings for finding in found)


def test_what_a_visitor_sent_is_not_shown_to_all_others(root: Path, finished: Job) -> None:
    about = json.dumps(asdict(replace(SETTINGS, title="upload")))
    (finished.folder / "job.json").write_text(about)
    (job,) = list_jobs(root)
    assert job.settings.title == "upload"
    publish(job, "mine")
    names = list(stored_examples("trained-mine"))
    assert names
    assert all(name.startswith("sample ") for name in names)


def test_without_its_pictures_a_model_goes_without_figures(root: Path) -> None:
    job = made_up(root)
    training = {"step": 1, "seconds": 2.0, "train": {"batch_size": 3}}
    save(small_flow(), job.folder / "best", {"training": training})
    for content in (None, b"nothing of the kind"):
        if content:
            (job.folder / "data.npz").write_bytes(content)
        publish(job, "mine")
        assert "test_quantiles" not in realnvp.load("trained-mine").card


def test_a_training_that_cannot_be_says_why(root: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(b"PK nothing")
    job = jobs.start(root, SETTINGS, damaged)
    wait_until(lambda: not job.is_running)
    assert "damaged" in job.complaint()
    assert str(tmp_path) not in job.complaint()


@pytest.mark.parametrize("name", ["", "../up", "A", "a b", "a" * 32, "-x", "a/b", "é"])
def test_a_model_gets_a_plain_name_or_none(root: Path, name: str) -> None:
    job = made_up(root)
    (job.folder / "best").mkdir()
    with pytest.raises(JobError, match="small letters"):
        publish(job, name)


def test_without_a_report_there_is_no_model(root: Path) -> None:
    with pytest.raises(JobError, match="no model yet"):
        publish(made_up(root), "mine")


def test_a_name_of_another_job_is_refused(root: Path, checkpoints: Path) -> None:
    first, second = made_up(root, 1), made_up(root, 2)
    for job, width in ((first, 4), (second, 5)):
        save(small_flow(width=width), job.folder / "best", {"training": {"step": width}})
    publish(first, "mine")
    with pytest.raises(JobError, match="Another model has this name"):
        publish(second, "mine")
    assert realnvp.load("trained-mine").config.width == 4

    save(small_flow(width=6), first.folder / "best", {"training": {"step": 6}})
    publish(first, "mine")  # its own: that is the newer one now
    published = realnvp.load("trained-mine")
    assert published.config.width == 6
    assert published.card["training"] == {"step": 6}
    assert [path.name for path in checkpoints.iterdir()] == ["trained-mine"]


@pytest.mark.parametrize("damage", ["{", '{"format": 1}'])
def test_a_name_is_taken_whatever_lies_there(root: Path, checkpoints: Path, damage: str) -> None:
    job = made_up(root)
    save(small_flow(), job.folder / "best")
    publish(job, "mine")
    (checkpoints / "trained-mine" / "config.json").write_text(damage)
    with pytest.raises(JobError, match="Another model has this name"):
        publish(job, "mine")


def test_no_more_than_so_many_models_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "MAX_MODELS", 2)
    job = made_up(root)
    save(small_flow(), job.folder / "best")
    publish(job, "one")
    publish(job, "two")
    with pytest.raises(JobError, match="2 trained models are kept here"):
        publish(job, "three")
    assert publish(job, "two") == "trained-two"


def test_whoever_asks_does_not_make_it_run(root: Path) -> None:
    job = made_up(root)
    (job.folder / RUNNING).touch()
    asked: list[bool] = []

    def ask() -> None:
        asked.extend(job.is_running for _ in range(200))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(asked) == 800
    assert not any(asked)


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process of a job may be this one."""
    monkeypatch.setattr("realnvp.__main__.main", lambda words: 0)
    monkeypatch.setattr(process, "_heed", lambda stop: None)
    monkeypatch.setattr(process.os, "nice", lambda by: 0)
    monkeypatch.setattr(sys, "argv", ["realnvp"])
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_here")
def test_a_process_waits_until_whoever_asks_has_an_answer(root: Path) -> None:
    job = made_up(root)
    asking = FileLock(job.folder / RUNNING, thread_local=False)
    asking.acquire()
    threading.Timer(0.2, asking.release).start()
    assert process.main(process.lock_of(job.folder), job.folder, ["train"]) == 0
    assert sys.argv == ["realnvp", "train"]  # as the run writes down


@pytest.mark.usefixtures("_here")
def test_of_two_processes_of_a_job_one_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_WAIT", 0)
    job = made_up(root)
    with FileLock(job.folder / RUNNING):
        assert process.main(process.lock_of(job.folder), job.folder, ["train"]) == 2


def test_whoever_looks_while_a_job_starts_sees_it_run(
    root: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    lock = FileLock(root / "lock", thread_local=False)

    def spawn(folder: Path, words: list[str]) -> SimpleNamespace:
        """Slow to take its lock."""
        lock = FileLock(folder / RUNNING, thread_local=False)
        begun.set()
        threading.Timer(0.5, lock.acquire).start()
        return SimpleNamespace(poll=lambda: None, lock=lock)

    monkeypatch.setattr(jobs, "spawn", spawn)
    monkeypatch.setattr(jobs, "_started", [])
    starting = threading.Thread(target=jobs.start, args=(root, SETTINGS, data))
    starting.start()
    assert begun.wait(PATIENCE)
    (job,) = list_jobs(root)
    assert job.is_running
    starting.join()
    jobs._started[0].lock.release()
    assert not job.is_running
    assert not lock.is_locked


def test_a_process_that_does_not_begin_is_ended_and_said(
    root: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    monkeypatch.setattr(jobs, "spawn", lambda *_: asleep)
    monkeypatch.setattr(jobs, "_START_SECONDS", 0.1)
    with pytest.raises(JobError, match="did not begin"):
        jobs.start(root, SETTINGS, data)
    assert asleep.stdin is not None
    asleep.stdin.close()
    assert asleep.returncode
    (job,) = list_jobs(root)  # to be resumed
    assert not job.is_running


def test_a_stop_before_the_training_ends_it_without_a_complaint(root: Path, data: Path) -> None:
    job = jobs.start(root, LONG, data)
    jobs.stop(job)  # it has its lock, and imports what it needs
    wait_until(lambda: not job.is_running)
    assert not (job.folder / "state.safetensors").exists()
    assert job.complaint() == ""
    assert "Traceback" not in (job.folder / OUTPUT).read_text()


def test_what_does_not_heed_a_stop_ends_anyhow(root: Path) -> None:
    job = made_up(root)
    code = (
        "import signal, sys, time\n"
        "from pathlib import Path\n"
        "from explorer.jobs import process\n"
        "process._PATIENCE = process._AGAIN = 0.1\n"
        "sys.modules['realnvp.__main__'] = stubborn = type(sys)('stubborn')\n"
        "def run(words):\n"
        "    signal.signal(signal.SIGINT, lambda *_: None)\n"
        "    print('hello', flush=True)\n"
        "    time.sleep(10_000)\n"
        "stubborn.main = run\n"
        "folder = Path(sys.argv[1])\n"
        "process.main(process.lock_of(folder), folder, [])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(job.folder)], stdout=subprocess.PIPE
    ) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline() == b"hello\n"
        assert job.is_running
        jobs.stop(job)
        assert begun.wait(PATIENCE) == 1
    assert not job.is_running


def test_a_stop_that_was_asked_of_the_last_process_is_none_of_the_next(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "spawn", lambda *_: ENDED)
    job = made_up(root)
    (job.folder / STOP).touch()
    jobs.resume(job, root)
    assert not (job.folder / STOP).exists()
    jobs.stop(job)  # it has ended
    assert not (job.folder / STOP).exists()


def test_a_job_prepares_from_the_moment_it_resumes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "spawn", lambda *_: ENDED)
    job = made_up(root)
    enter(job.folder, TRAINING)  # when it was stopped
    jobs.resume(job, root)
    assert phase_of(job.folder) == PREPARING
    assert job.phase == ""  # its process has ended


def test_what_runs_already_is_not_started_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "list_jobs", lambda root: [])  # as seen a moment before
    job = made_up(root)
    (job.folder / OUTPUT).write_text("hello")
    with (
        FileLock(job.folder / RUNNING),
        pytest.raises(JobError, match="running already"),
    ):
        jobs.resume(job, root)
    assert (job.folder / OUTPUT).read_text() == "hello"


def test_a_file_that_is_in_use_is_waited_for_then_said(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, tries = made_up(root), []
    real = shutil.rmtree

    def in_use(folder: Path, **options: object) -> None:
        tries.append(folder)
        if len(tries) == 3:
            real(folder)

    monkeypatch.setattr(jobs.shutil, "rmtree", in_use)
    jobs.remove(job)
    assert not job.folder.exists()
    job = made_up(root)
    monkeypatch.setattr(jobs, "_REMOVE_SECONDS", 0)
    with pytest.raises(JobError, match="in use"):
        jobs.remove(job)


def test_a_job_gives_the_trainer_its_settings() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.add_argument("--threads", type=int)
    model = ModelConfig(image_size=(16, 8), num_levels=2, width=5, num_blocks=2, alpha=1e-3)
    train = TrainConfig(
        minutes=7,
        learning_rate=1e-5,
        optimizer="soap",
        flip=True,
        bf16=False,
        inverse_penalty=5,
        seed=3,
    )
    for settings in (SETTINGS, JobSettings("shapes", model, train)):
        first, *words = settings.words("data", "name", "out")
        given = parser.parse_args(words)
        assert first == "train"
        assert (given.size, given.data, given.name) == (settings.model.image_size, "data", "name")
        assert TrainConfig(**values_of(given, TrainConfig)) == settings.train
        known = {"image_size": given.size, **values_of(given, ModelConfig)}
        assert ModelConfig(**known) == settings.model


def test_a_job_is_read_as_it_was_written() -> None:
    assert JobSettings.from_dict(json.loads(json.dumps(asdict(SETTINGS)))) == SETTINGS


def test_an_option_that_came_later_has_its_default() -> None:
    known = json.loads(json.dumps(asdict(SETTINGS)))
    del known["train"]["optimizer"]
    assert JobSettings.from_dict(known) == SETTINGS


def test_what_is_no_job_is_left_out(root: Path) -> None:
    job = made_up(root)
    (root / "something else").mkdir()
    damaged = root / "20260101-000001-abcdef"
    damaged.mkdir()
    (damaged / "job.json").write_text("{")
    strange = root / "20260101-000002-abcdef"
    strange.mkdir()
    (strange / "job.json").write_text('{"evil": 1}')
    unbuildable = root / "20260101-000003-abcdef"
    unbuildable.mkdir()
    about = asdict(SETTINGS) | {"model": {"width": 0}}
    (unbuildable / "job.json").write_text(json.dumps(about))
    assert list_jobs(root) == [job]


def test_no_more_than_so_many_are_kept(
    root: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MAX_JOBS", 1)
    made_up(root)
    with pytest.raises(JobError, match="remove one first"):
        jobs.start(root, SETTINGS, data)


def test_lines_that_are_being_written_are_left_out(root: Path) -> None:
    job = made_up(root)
    (job.folder / "progress.jsonl").write_text('{"step": 1}\n{"step": 2}\n[3]\n{"ste')
    assert [line["step"] for line in job.progress()] == [1, 2]


@pytest.mark.parametrize("act", ["start", "resume", "stop", "remove", "publish"])
def test_what_a_teacher_has_locked_is_not_done(
    act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "refusal", lambda: "It is locked.")
    job = jobs.Job(tmp_path / "20200101-000000-abcdef", None)  # type: ignore[arg-type]
    job.folder.mkdir()
    acts = {
        "start": lambda: jobs.start(tmp_path, job.settings, tmp_path / "data.npz"),
        "resume": lambda: jobs.resume(job, tmp_path),
        "stop": lambda: jobs.stop(job),
        "remove": lambda: jobs.remove(job),
        "publish": lambda: publish(job, "mine"),
    }
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(JobError, match="locked"):
        acts[act]()
    assert sorted(tmp_path.rglob("*")) == before
