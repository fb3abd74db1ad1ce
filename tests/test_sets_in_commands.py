"""What commands say of a set: what was left out and why, and labels that nothing uses."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import save_models
from PIL import Image

import realnvp
from realnvp.__main__ import main
from realnvp.commands.common import open_images

RNG = np.random.default_rng(0)
TRAINING = ["--steps", "2", "--batch-size", "8", "--validation", "4", "--no-bf16"]
TRAINING += ["--levels", "1", "--width", "2", "--blocks", "0"]


pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ("bee", "cat", "dog")
    animals = {"label_kind": "class", "num_labels": 3, "label_names": names}
    return save_models(tmp_path_factory.mktemp("models"), {"animals": animals})


def write(folder: Path, *kinds: str, count: int = 24) -> Path:
    for n in range(count):
        path = folder / kinds[n % len(kinds)] / f"{n:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 256, (8, 8, 3), np.uint8)).save(path)
    return folder


def train(folder: Path, run: Path, *words: str) -> int:
    return main(["train", str(folder), "--name", "x", "--out", str(run), *TRAINING, *words])


def test_a_run_names_what_it_left_out_at_its_end_and_on_its_card(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = write(tmp_path / "set", "", count=40)
    bad = {"cut.jpg": b"\xff\xd8\xff", "page.png": b"<html>", "zero.webp": b""}
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    Image.new("RGB", (7, 9)).save(folder / "small.png")
    (folder / "notes.txt").touch()
    assert train(folder, tmp_path / "run", "--size", "8") == 0
    said = capsys.readouterr()
    assert "4 of 44 files left out: " in said.out  # at once
    end = said.err.splitlines()[-6:]
    assert end[0] == "set: 1 other file passed over (.txt)."
    assert end[1].startswith("set: 4 of 44 files left out: ")
    assert [line.split(":")[0] for line in end[2:]] == [
        f"  {n}" for n in sorted([*bad, "small.png"])
    ]
    assert end[4] == "  small.png: The picture is smaller than 8 × 8 pixels."
    assert len((tmp_path / "run" / "left_out.txt").read_text().splitlines()) == 4
    about = json.loads((tmp_path / "run" / "best" / "config.json").read_text())["card"]["training"]
    assert about["left_out"]["count"] == 4
    assert about["left_out"]["of"] == 44
    assert about["left_out"]["reasons"]["The picture is smaller than 8 × 8 pixels"] == 1
    assert sorted(about["left_out"]["first"]) == sorted([*bad, "small.png"])
    assert about["images"] == {"train": 36, "test": 4}


def test_a_run_goes_on_where_a_picture_was_mended(tmp_path: Path) -> None:
    """What was left out is told, and no setting that has to stay."""
    folder = write(tmp_path / "set", "", count=40)
    (folder / "notes.txt").touch()
    assert train(folder, tmp_path / "run") == 0
    (folder / "notes.txt").unlink()
    assert train(folder, tmp_path / "run") == 0


def test_labels_that_nothing_uses_are_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = write(tmp_path / "set", "dog", "cat")
    assert train(folder, tmp_path / "run") == 0
    assert "labels (2 classes: cat, dog) that only --conditional uses" in capsys.readouterr().out
    assert train(folder, tmp_path / "other", "--conditional") == 0
    assert "only --conditional" not in capsys.readouterr().out
    config = realnvp.load_folder(tmp_path / "other" / "best").config
    assert config.label_names == ("cat", "dog")


def test_a_set_without_classes_is_not_conditional_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert train(write(tmp_path / "set", "only"), tmp_path / "run", "--conditional") == 2
    assert "no labels for --conditional" in capsys.readouterr().err


def test_a_set_with_fewer_classes_has_the_model_s_numbers(tmp_path: Path) -> None:
    flow = realnvp.load("animals")
    data = open_images(flow.config, str(write(tmp_path / "set", "dog", "bee")))
    assert data.train_labels is not None
    assert data.test_labels is not None
    assert {*data.train_labels.tolist(), *data.test_labels.tolist()} == {0, 2}
    assert data.label_names == ("bee", "cat", "dog")


def test_a_class_that_the_model_does_not_know_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["evaluate", "animals", str(write(tmp_path / "set", "dog", "elk"))]) == 2
    assert "classes that this model does not know: elk" in capsys.readouterr().err


def test_evaluate_measures_what_can_be_and_names_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = write(tmp_path / "set", "bee", "cat", "dog")
    (folder / "dog" / "bad.png").write_bytes(b"")
    (folder / "loose.png").write_bytes((folder / "dog" / "02.png").read_bytes())
    assert main(["evaluate", "animals", str(folder), "--draws", "1"]) == 0
    said = capsys.readouterr().err
    assert "  dog/bad.png: The file is empty." in said
    assert "  loose.png: It lies in no folder of a class." in said


def test_an_answer_for_programs_stays_one(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = write(tmp_path / "set", "bee", "cat", "dog")
    (folder / "dog" / "bad.png").write_bytes(b"")
    main(["doctor", "animals", "--data", str(folder), "--json"])
    assert json.loads(capsys.readouterr().out)["checkpoint"] == "animals"


def test_pictures_of_a_zip_train_as_those_of_its_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "set", "cat", "dog")
    shutil.make_archive(str(tmp_path / "set"), "zip", folder)
    weights = []
    for data in (folder, tmp_path / "set.zip"):
        run = tmp_path / f"run {data.name}"
        assert train(data, run, "--conditional", "--seed", "3") == 0
        weights.append(realnvp.load_folder(run / "best").state_dict())
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
