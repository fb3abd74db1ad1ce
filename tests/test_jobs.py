"""Trainings of their own process: started, watched, stopped, resumed, and used as a model."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from filelock import lock_descriptor, unlock_descriptor
from flows import small_flow
from patience import PATIENCE, wait_until

import realnvp
from explorer.jobs import jobs, publishing
from explorer.jobs.jobs import Job, JobError, JobSettings, list_jobs
from explorer.jobs.publishing import publish
from realnvp.checkpoint import save
from realnvp.data.shapes import write_shapes
from realnvp.locks import holding
from realnvp.training.progress import PREPARING, TRAINING, enter, phase_of
from realnvp.training.reports import BEST_LOCK

SETTINGS = JobSettings("shapes", 8, 0.05, 2, 4, 0.004, 120)


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
    path = tmp_path / "shapes.npz"
    write_shapes(path, 8, train=120, test=10)
    return path


def made_up(root: Path, number: int = 0, **changes: object) -> Job:
    """A job that was never started."""
    folder = root / f"20260101-000000-abcde{number:x}"
    folder.mkdir(parents=True)
    settings = replace(SETTINGS, **changes)
    (folder / "job.json").write_text(json.dumps(vars(settings)))
    return Job(folder, settings)


def test_a_training_runs_stops_resumes_and_becomes_a_model(root: Path, data: Path) -> None:
    job = jobs.start(root, replace(SETTINGS, minutes=5.0), data)
    assert not data.exists()  # the job has it
    assert job.is_running
    with pytest.raises(JobError, match="one at a time"):
        jobs.start(root, SETTINGS, data)
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


def test_of_many_who_start_at_once_one_does(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_process", lambda *_: SimpleNamespace(pid=0, poll=lambda: None))
    running = []
    monkeypatch.setattr(Job, "is_running", property(lambda job: job.folder in running))

    def run(job: Job) -> None:
        time.sleep(0.02)  # the way from a look at the others to a lock of one's own
        running.append(job.folder)

    monkeypatch.setattr(jobs, "_run", run)

    def start(number: int) -> object:
        path = tmp_path / f"{number}.npz"
        path.touch()
        try:
            return jobs.start(root, SETTINGS, path)
        except JobError:
            return None

    with ThreadPoolExecutor(8) as threads:
        started = list(threads.map(start, range(8)))
    assert sum(job is not None for job in started) == len(running) == 1


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


def test_a_finished_training_becomes_a_model(root: Path, data: Path) -> None:
    job = jobs.start(root, SETTINGS, data)
    wait_until(lambda: not job.is_running)
    assert job.reports()
    assert job.progress()[-1]["share"] == 1
    assert job.sheets()
    assert publish(job, "mine") == "trained-mine"
    assert realnvp.load("trained-mine").config.image_size == (8, 8)
    publish(job, "mine")  # again, over the old one
    assert realnvp.list_checkpoints() == ["trained-mine"]


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
    (job.folder / "running.lock").touch()
    asked: list[bool] = []

    def ask() -> None:
        asked.extend(job.is_running for _ in range(2000))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(asked) == 8000
    assert not any(asked)


def test_a_start_waits_until_whoever_asks_has_an_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_TIMEOUT", PATIENCE)
    started = SimpleNamespace(pid=0, poll=lambda: 0)
    monkeypatch.setattr(jobs, "_process", lambda *_: started)
    monkeypatch.setattr(jobs.os, "setpriority", lambda *_: None)
    monkeypatch.setattr(jobs, "list_jobs", lambda root: [])  # as seen a moment before
    job = made_up(root)
    with (job.folder / "running.lock").open("w") as asking:
        assert lock_descriptor(asking.fileno(), blocking=False)
        threading.Timer(0.2, unlock_descriptor, (asking.fileno(),)).start()
        jobs.resume(job, root)
    assert (job.folder / "running.lock").read_text() == "0"


def test_a_job_prepares_from_the_moment_it_resumes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_process", lambda *_: SimpleNamespace(pid=0, poll=lambda: 0))
    monkeypatch.setattr(jobs.os, "setpriority", lambda *_: None)
    job = made_up(root)
    enter(job.folder, TRAINING)  # when it was stopped
    jobs.resume(job, root)
    assert phase_of(job.folder) == PREPARING
    assert job.phase == ""  # its process has ended


def test_what_runs_already_is_not_started_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_TIMEOUT", 0)
    monkeypatch.setattr(jobs, "list_jobs", lambda root: [])  # as seen a moment before
    job = made_up(root)
    (job.folder / "output.txt").write_text("hello")
    with (job.folder / "running.lock").open("w") as running:
        running.write("12345")
        running.flush()
        assert lock_descriptor(running.fileno(), blocking=False)
        with pytest.raises(JobError, match="running already"):
            jobs.resume(job, root)
    assert (job.folder / "running.lock").read_text() == "12345"
    assert (job.folder / "output.txt").read_text() == "hello"


def test_the_trainer_takes_the_precision_that_is_faster() -> None:
    assert not [word for word in SETTINGS.words("data", "name", "out") if "bf16" in word]


def test_a_job_takes_the_optimizer_that_makes_most_of_minutes() -> None:
    words = SETTINGS.words("data", "name", "out")
    assert words[words.index("--optimizer") + 1] == "soap"


def test_what_is_no_job_is_left_out(root: Path) -> None:
    job = made_up(root)
    (root / "something else").mkdir()
    damaged = root / "20260101-000001-abcdef"
    damaged.mkdir()
    (damaged / "job.json").write_text("{")
    strange = root / "20260101-000002-abcdef"
    strange.mkdir()
    (strange / "job.json").write_text('{"evil": 1}')
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


@pytest.mark.parametrize("images", [100, 5000])
def test_a_part_is_held_out_and_a_batch_is_left(images: int) -> None:
    words = replace(SETTINGS, images=images).words("data", "name", "out")
    held_out = int(words[words.index("--validation") + 1])
    batch = int(words[words.index("--batch-size") + 1])
    assert 0 < held_out <= 500
    assert 2 <= batch <= images - held_out
