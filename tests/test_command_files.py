"""What a command writes, and where it cannot; numbers that it cannot do anything with."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import small_flow
from PIL import Image
from safetensors.torch import load_file

from realnvp.__main__ import main
from realnvp.checkpoint import save

HUGE = "99999999999999999999"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny", {"data": "made here", "terms": "none"})
    return folder


@pytest.fixture(autouse=True)
def _beside(own_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, with a set and a picture in it."""
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (80, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "data.npz", train=noise[:60], test=noise[60:])
    Image.fromarray(noise[0]).save(tmp_path / "picture.png")


def refused(capsys: pytest.CaptureFixture, *words: object) -> str:
    """The one line that a command had to say."""
    assert main([str(word) for word in words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def draw(out: object) -> list[object]:
    return ["sample", "tiny", "--number", 2, "--out", out]


def draw_latents(out: object) -> list[object]:
    return ["sample", "tiny", "--number", 2, "--out", "sheet.png", "--latents", out]


def encode(out: object) -> list[object]:
    return ["encode", "tiny", "picture.png", "--out", out]


def sheet(out: object) -> list[object]:
    return ["encode", "tiny", "picture.png", "--sheet", out]


def walk(out: object) -> list[object]:
    return ["interpolate", "tiny", "seed:1", "seed:2", "--frames", 2, "--out", out]


Command = Callable[[object], list[object]]
of_each_command = pytest.mark.parametrize("command", [draw, draw_latents, encode, sheet, walk])


@of_each_command
def test_a_place_where_nothing_can_be_written_is_one_line(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert "missing/x: there is no such folder" in refused(capsys, *command("missing/x"))
    assert "picture.png/x: not a directory" in refused(capsys, *command("picture.png/x"))
    assert "folder: is a directory" in refused(capsys, *command("folder"))
    assert sorted(tmp_path.rglob("*")) == before  # nothing was drawn for nothing


@of_each_command
def test_a_full_device_is_one_line(command: Command, capsys: pytest.CaptureFixture) -> None:
    assert "/dev/full: no space left on device" in refused(capsys, *command("/dev/full"))
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@of_each_command
def test_a_device_and_a_link_to_it_stay(command: Command, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    for out in ("/dev/null", link):
        assert main([str(word) for word in command(out)]) == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert link.readlink() == Path("/dev/null")


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "z.safetensors"
    link.symlink_to(tmp_path / "there" / "latents.safetensors")
    for number in (2, 3):
        assert main([*map(str, draw_latents(link)), "--number", str(number)]) == 0
        assert len(load_file(tmp_path / "there" / "latents.safetensors")["z"]) == number
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("command", "out", "known"),
    [
        (walk, "w.mp4", ".png or .webp or .gif"),
        (walk, "w.jpg", ".png or .webp or .gif"),
        (draw, "sheet.jpg", ".png"),
        (draw_latents, "z.npz", ".safetensors"),
        (encode, "z.pt", ".safetensors"),
        (sheet, "sheet.gif", ".png"),
    ],
)
def test_an_ending_of_another_format_is_one_line(
    command: Command, out: str, known: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    line = refused(capsys, *command(out))
    assert f"must end in {known}, not in {Path(out).suffix}" in line
    assert not (tmp_path / out).exists()


@of_each_command
def test_a_disk_that_is_full_in_the_middle_leaves_what_was_there(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    (tmp_path / "before").write_bytes(b"as it was")
    names = {path.name for path in tmp_path.iterdir()} | {"sheet.png"}

    def full(number: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    assert "no space left on device" in refused(capsys, *command("before"))
    assert (tmp_path / "before").read_bytes() == b"as it was"
    assert {path.name for path in tmp_path.iterdir()} <= names


def test_a_run_whose_folder_cannot_be_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    for out in ("/dev/null", "picture.png", "/dev/null/run", "/proc/run"):
        line = refused(capsys, "train", "data.npz", "--name", "x", "--steps", 1, "--out", out)
        assert f"train: {out}" in line
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with Image.open("picture.png") as picture:
        assert picture.size == (8, 8)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["sample", "tiny", "--out", "x.png", "--seed"], "--seed must be at most 9223"),
        (["sample", "tiny", "--out", "x.png", "--number"], "--number must be at most"),
        (["sample", "tiny", "--out", "x.png", "--columns"], "--columns must be at most"),
        (["sample", "tiny", "--out", "x.png", "--times"], "--times must be at most"),
        (["sample", "tiny", "--out", "x.png", "--threads"], "--threads must be at most"),
        (["train", "data.npz", "--name", "x", "--seed"], "--seed must be at most 9223"),
        (["train", "data.npz", "--name", "x", "--steps"], "steps must be a whole number"),
        (["train", "data.npz", "--name", "x", "--batch-size"], "batch_size must be"),
        (["train", "data.npz", "--name", "x", "--validation"], "validation must be"),
        (["train", "data.npz", "--name", "x", "--width"], "width must be"),
        (["baselines", "data.npz", "--which", "vae", "--seed"], "--seed must be at most"),
        (["baselines", "data.npz", "--which", "vae", "--steps"], "--steps must be at most"),
        (["baselines", "data.npz", "--which", "vae", "--width"], "--width must be at most"),
        (["interpolate", "tiny", "seed:1", "seed:2", "--out", "x.png", "--frames"], "--frames"),
        (["evaluate", "tiny", "data.npz", "--draws"], "--draws must be at most"),
        (["evaluate", "tiny", "data.npz", "--train-images"], "--train-images must be at most"),
        (["directions", "tiny", "data.npz", "--limit"], "--limit must be at most"),
        (["directions", "tiny", "data.npz", "--components"], "--components must be at most"),
        (["atlas", "tiny", "data.npz", "--number"], "--number must be at most"),
        (["doctor", "tiny", "--images"], "--images must be at most"),
        (["ship", "run", "data.npz", "--hardware", "x", "--draws"], "--draws must be at most"),
        (["serve", "--busy"], "--busy must be at most"),
        (["serve", "--replicas"], "is no number of at least 1, and no range"),
    ],
)
def test_a_number_out_of_range_is_one_line(
    words: list[str], problem: str, capsys: pytest.CaptureFixture
) -> None:
    assert problem in refused(capsys, *words, HUGE)


@pytest.mark.parametrize("given", ["-1", "1.5", "x", "", "nan", "1e400", "9" * 6000])
@pytest.mark.parametrize(
    "words",
    [
        ["sample", "tiny", "--out", "x.png", "--seed"],
        ["train", "data.npz", "--name", "x", "--seed"],
        ["baselines", "data.npz", "--which", "vae", "--learning-rate"],
        ["train", "data.npz", "--name", "x", "--minutes"],
    ],
)
def test_what_is_no_such_number_is_one_line(
    words: list[str], given: str, capsys: pytest.CaptureFixture
) -> None:
    if words[-1] in ("--learning-rate", "--minutes") and given == "1.5":
        return
    line = refused(capsys, *words[:-1], f"{words[-1]}={given}")
    assert words[-1].strip("-").replace("-", "_") in line.replace("-", "_")
    assert len(line) < 300


@pytest.mark.parametrize("stop", [f"seed:{HUGE}", "seed:-1", "seed:x", "seed:"])
def test_a_stop_that_is_no_seed_is_one_line(stop: str, capsys: pytest.CaptureFixture) -> None:
    line = refused(capsys, "interpolate", "tiny", stop, "seed:1", "--out", "x.png")
    assert f"{stop!r} is no seed; it must be" in line
    assert "seed:3, for example" in line


def test_a_missing_word_is_one_line(capsys: pytest.CaptureFixture) -> None:
    line = refused(capsys, "sample", "tiny")
    assert line.startswith("python -m realnvp sample: ")
    assert "--out" in line
    assert "--help" in line


def test_too_little_memory_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for error in (
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ):

        def refuse(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr("realnvp.commands.sample.image_grid", refuse)
        assert "not memory enough" in refused(capsys, *draw("x.png"))
