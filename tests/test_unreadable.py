"""What may not be read is not called damaged, and nobody is told to throw it away."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import random_pictures
from small_baselines import small_baseline
from small_runs import run

from realnvp import atlas_file, direction_file
from realnvp.__main__ import main
from realnvp.baselines import load_baseline, save_baseline
from realnvp.checkpoint import CONFIG, WEIGHTS, CheckpointError, load, load_folder, read_card
from realnvp.collection.parts import finished
from realnvp.explore.directions import Directions
from realnvp.training.state import STATE, StateError


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that is over."""
    folder = tmp_path_factory.mktemp("runs") / "mine"
    run(folder).train()
    return folder


def a_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.unlink()
    path.mkdir()


def forbidden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail(path, monkeypatch, errno.EACCES)


def too_many_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail(path, monkeypatch, errno.EMFILE)


def a_broken_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail(path, monkeypatch, errno.EIO)


def _fail(path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The administrator, who may read everything, shall see it as well."""
    opened = Path.open

    def refuse(self: Path, *words: object, **others: object) -> object:
        if self == path:
            raise OSError(number, os.strerror(number), str(path))
        return opened(self, *words, **others)

    monkeypatch.setattr(Path, "open", refuse)


Fault = Callable[[Path, pytest.MonkeyPatch], None]
FAULTS: dict[Fault, str] = {
    forbidden: "permission denied",
    too_many_open: "too many open files",
    a_broken_disk: "input/output error",
}
with_each_fault = pytest.mark.parametrize(
    ("fault", "reason"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", "")
)


@with_each_fault
@pytest.mark.parametrize("file", [WEIGHTS, CONFIG])
def test_a_checkpoint_that_may_not_be_read(
    file: str, fault: Fault, reason: str, own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(own_models / "tiny" / file, monkeypatch)
    for read in (load, read_card):
        with pytest.raises(CheckpointError, match=rf"^tiny: {file} cannot be read: {reason}$"):
            read("tiny")


@pytest.mark.parametrize("file", [WEIGHTS, CONFIG])
def test_a_folder_in_the_place_of_a_file(file: str, own_models: Path) -> None:
    path = own_models / "tiny" / file
    path.unlink()
    path.mkdir()
    with pytest.raises(CheckpointError, match=rf"{file} cannot be read: is a directory$"):
        load_folder(own_models / "tiny")


def test_too_little_memory_is_no_damage(own_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr("realnvp.model_files.load_bytes", refuse)
    with pytest.raises(CheckpointError, match=r"more memory than is free$"):
        load("tiny")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [*FAULTS.items(), (a_folder, "is a directory")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_state_that_may_not_be_read_is_not_to_be_begun_anew(
    fault: Fault, reason: str, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(trained, tmp_path / "mine")
    fault(tmp_path / "mine" / STATE, monkeypatch)
    with pytest.raises(StateError, match=rf"^mine/{STATE} cannot be read: {reason}$"):
        run(tmp_path / "mine")


@with_each_fault
def test_what_lies_beside_the_weights(
    fault: Fault, reason: str, own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, folder = load("tiny"), own_models / "tiny"
    vectors = torch.eye(2, flow.dim)
    numbers = [torch.ones(2)] * 3
    kinds = ("label", "label")
    direction_file.write_directions(folder, Directions(("a", "b"), kinds, vectors, *numbers))
    atlas_file.write_atlas(folder, random_pictures(30), None, (), "made here", "none")
    fault(folder / direction_file.FILE, monkeypatch)
    fault(folder / atlas_file.SHEET, monkeypatch)
    with pytest.raises(CheckpointError, match=rf"cannot be read: {reason}$"):
        direction_file.read_directions("tiny", flow.dim)
    with pytest.raises(CheckpointError, match=rf"cannot be read: {reason}$"):
        atlas_file.read_atlas("tiny", flow.config)


@with_each_fault
def test_a_baseline_that_may_not_be_read(
    fault: Fault, reason: str, own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_baseline(small_baseline("vae"))
    fault(folder / WEIGHTS, monkeypatch)
    with pytest.raises(CheckpointError, match=rf"cannot be read: {reason}$"):
        load_baseline("vae")


def test_a_part_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "part-000000.parquet").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        finished(tmp_path)


@with_each_fault
def test_a_command_says_why_a_file_may_not_be_read(
    fault: Fault,
    reason: str,
    own_models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    data = tmp_path / "data.npz"
    np.savez(data, train=np.zeros((9, 8, 8, 3), np.uint8), test=np.zeros((9, 8, 8, 3), np.uint8))
    fault(data, monkeypatch)
    assert main(["evaluate", "tiny", str(data)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert reason in line.lower()
    assert "damaged" not in line
