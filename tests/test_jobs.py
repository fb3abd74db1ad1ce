"""Trainings of their own process: started, watched, stopped, gone on with, and used as a model."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import realnvp
from realnvp.data.shapes import write_shapes
from realnvp.training import jobs
from realnvp.training.jobs import Job, JobError, JobSettings, list_jobs

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


def wait_until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def made_up(root: Path, **changes: object) -> Job:
    """A job that was never started."""
    folder = root / "20260101-000000-abcdef"
    folder.mkdir(parents=True)
    settings = replace(SETTINGS, **changes)
    (folder / "job.json").write_text(json.dumps(vars(settings)))
    return Job(folder, settings)


def test_a_training_runs_stops_goes_on_and_becomes_a_model(root: Path, data: Path) -> None:
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
    jobs.go_on(job, root)
    wait_until(lambda: job.progress()[-1]["step"] > steps)
    jobs.stop(job)
    wait_until(lambda: not job.is_running)
    jobs.remove(job)
    assert list_jobs(root) == []


def test_a_finished_training_becomes_a_model(root: Path, data: Path) -> None:
    job = jobs.start(root, SETTINGS, data)
    wait_until(lambda: not job.is_running)
    assert job.reports()
    assert job.progress()[-1]["share"] == 1
    assert job.sheets()
    assert jobs.publish(job, "mine") == "trained-mine"
    assert realnvp.load("trained-mine").config.image_size == (8, 8)
    jobs.publish(job, "mine")  # again, over the old one
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
        jobs.publish(job, name)


def test_without_a_report_there_is_no_model(root: Path) -> None:
    with pytest.raises(JobError, match="no model yet"):
        jobs.publish(made_up(root), "mine")


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
