"""`python -m realnvp`: each command does its work, and wrong input gets one line."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import small_flow
from PIL import Image
from safetensors.torch import load_file

import realnvp
from realnvp.__main__ import COMMANDS, main
from realnvp.checkpoint import save
from realnvp.commands.train import LOCK
from realnvp.data import load_images
from realnvp.locks import holding
from realnvp.packaging import examples_of

ABOUT = {
    "title": "Noise, 8 × 8",
    "summary": "A model of noise.",
    "data": "made here",
    "terms": "none",
    "split": "40 train, 20 test",
    "limits": ["It has seen only noise."],
}


pytestmark = pytest.mark.usefixtures("own_models")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny", {"test_bits_per_dim": 7.5})
    save(small_flow(label_kind="class", num_labels=10), folder / "classes")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (n, 8, 8, 3), dtype=np.uint8) for n in (60, 20))
    labels = {"train_labels": np.arange(60) % 10, "test_labels": np.arange(20) % 10}
    np.savez(tmp_path / "noise.npz", train=train, test=test, **labels)
    return tmp_path / "noise.npz"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    noise = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


def printed(capsys: pytest.CaptureFixture, *words: object) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture, *words: object) -> str:
    """The one line that a command had to say."""
    assert main([str(word) for word in words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_every_command(command: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 8


def test_sample_writes_the_pictures_of_the_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out, latents = tmp_path / "sheet.png", tmp_path / "z.safetensors"
    printed(
        capsys, "sample", "tiny", "--out", out, "--latents", latents, "--number", 6, "--columns", 3,
        "--temperature", "0.5,0.6,0.7", "--seed", 4,
    )  # fmt: skip
    flow = realnvp.load("tiny")
    expected = flow.sample(6, [0.5, 0.6, 0.7], torch.Generator().manual_seed(4))
    assert torch.equal(load_file(latents)["images"], expected)
    with Image.open(out) as sheet:
        assert np.array_equal(np.asarray(sheet)[8:16, :8], expected[3].permute(1, 2, 0).numpy())


def test_sample_takes_a_larger_size_and_a_class(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "sheet.png"
    printed(capsys, "sample", "classes", "--out", out, "--number", 2, "--times", 2, "--label", "7")
    with Image.open(out) as sheet:
        assert sheet.size == (8 * 16, 16)


def test_latents_of_a_conditional_model_come_with_what_decodes_them(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    flow = realnvp.load("classes")
    out, latents = tmp_path / "sheet.png", tmp_path / "z.safetensors"
    printed(capsys, "sample", "classes", "--out", out, "--latents", latents, "--number", 12)
    stored = load_file(latents)
    assert stored["labels"].tolist() == [*range(10), 0, 1]
    assert torch.equal(flow.decode(stored["z"], stored["labels"]), stored["images"])

    printed(capsys, "encode", "classes", picture, "--label", "7", "--out", latents)
    stored = load_file(latents)
    assert stored["labels"].tolist() == [7]
    assert torch.equal(flow.decode(stored["z"], stored["labels"]), stored["images"])


def test_encode_gives_the_latents_and_what_they_cost(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out, sheet = tmp_path / "z.safetensors", tmp_path / "sheet.png"
    text = printed(capsys, "encode", "tiny", picture, picture, "--out", out, "--sheet", sheet)
    flow = realnvp.load("tiny")
    stored = load_file(out)
    assert torch.equal(flow.decode(stored["z"]), stored["images"])
    assert f"{flow.bits_per_dim(stored['images'])[0]:.4f} bits/dim" in text
    assert "0 of 192 bytes differ" in text
    with Image.open(sheet) as pixels:
        top, bottom = np.split(np.asarray(pixels), 2)
    assert np.array_equal(top, bottom)


@pytest.mark.parametrize("ending", ["png", "webp", "gif"])
def test_interpolate_starts_and_ends_where_it_should(
    ending: str, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / f"walk.{ending}"
    text = printed(capsys, "interpolate", "tiny", picture, "seed:3", "--out", out, "--frames", 5)
    assert len(text.splitlines()) == 5
    with Image.open(out) as walk, Image.open(picture) as first:
        assert getattr(walk, "n_frames", 1) == (1 if ending == "png" else 8)
        if ending != "gif":
            shown = np.asarray(walk.convert("RGB"))[:, :8]
            assert np.array_equal(shown, np.asarray(first))


def test_evaluate_prints_the_same_figure_twice(data: Path, capsys: pytest.CaptureFixture) -> None:
    first, again = (printed(capsys, "evaluate", "tiny", data, "--draws", 2) for _ in range(2))
    assert first == again
    flow = realnvp.load("tiny")
    with np.load(data) as arrays:
        test = torch.from_numpy(arrays["test"]).permute(0, 3, 1, 2)
    expected = flow.bits_per_dim(test, draws=2, generator=torch.Generator().manual_seed(0))
    assert f"test   {expected.mean():.4f}" in first
    assert "20 images, 2 draws" in first
    assert "0 of" in first
    assert "7.5000" in first


def test_a_run_becomes_a_checkpoint_whose_card_evaluate_confirms(
    data: Path, own_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    run = tmp_path / "runs" / "shipped"
    train = ["train", data, "--name", "shipped", "--out", run, "--steps", 2, "--batch-size", 8]
    train += ["--alpha", 0.002, "--validation", 8, "--no-bf16", "--conditional"]
    printed(capsys, *train, "--levels", 2, "--width", 2, "--blocks", 0)
    about = own_models / "shipped" / "about.json"
    asked = refused(capsys, "ship", run, data, "--hardware", "a test")
    assert "shipped/about.json is written" in asked
    draft = json.loads(about.read_text(encoding="utf-8"))
    assert draft["title"] == "noise, 8 × 8"
    assert "20 test" in draft["split"]
    about.write_text(json.dumps(draft | {"limits": ["It knows noise only."]}))
    asked = refused(capsys, "ship", run, data, "--hardware", "a test")
    assert "about.json: summary, data, terms, split, under_represents: put your words" in asked
    named = refused(capsys, "ship", run, data, "--name", "aux", "--hardware", "a test")
    assert "cannot be called aux on every system" in named
    about.write_text(json.dumps(ABOUT))
    printed(capsys, "ship", run, data, "--hardware", "a test", "--examples", "test", "--draws", 2)
    flow = realnvp.load("shipped")
    assert flow.card["steps"] <= 2
    assert flow.config.alpha == 0.002
    assert flow.card["test_images"] == 20
    assert flow.card["command"].startswith("python -m realnvp")
    assert len(flow.card["test_quantiles"]) == 101
    assert len(list((own_models / "shipped" / "examples").glob("*.png"))) == 12
    with Image.open(own_models / "shipped" / "samples.png") as sheet:
        assert sheet.size == (12 * 10 - 2, 8 * 10 - 2)
    text = (own_models / "shipped" / "README.md").read_text()
    assert text.startswith("# Noise, 8 × 8\n")
    recorded = f"{flow.card['test_bits_per_dim']:.4f}"
    shown = printed(capsys, "evaluate", "shipped", data, "--draws", 2)
    assert f"test   {recorded}" in shown


def test_a_conditional_model_offers_pictures_of_its_own(
    data: Path, own_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    run = tmp_path / "own"
    save(
        small_flow(label_kind="class", num_labels=10),
        run / "best",
        {"training": {"step": 2, "seconds": 60, "train": {"batch_size": 8}}},
    )
    (run / "command.txt").write_text("python -m realnvp train\n")
    (own_models / "own").mkdir()
    (own_models / "own" / "about.json").write_text(json.dumps(ABOUT))
    shipping = ["--hardware", "a test", "--draws", 1]
    printed(capsys, "ship", run, data, "--examples", "samples", *shipping)
    offered = sorted((own_models / "own" / "examples").glob("*.png"))
    assert [path.stem for path in offered] == [f"sample {n:02d}" for n in range(1, 13)]
    flow = realnvp.load("own")
    expected = flow.sample(16, 0.7, torch.Generator().manual_seed(7), torch.arange(16) % 10)
    with Image.open(offered[11]) as pixels:
        assert np.array_equal(np.asarray(pixels), expected[11].permute(1, 2, 0).numpy())


def test_a_card_counts_the_runs_before(
    data: Path, own_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    options = ["--batch-size", 8, "--validation", 8, "--width", 2, "--levels", 2, "--no-bf16"]
    options += ["--blocks", 0]
    train = ["train", data, "--name", "x", "--steps", 2, *options]
    printed(capsys, *train, "--out", first)
    printed(capsys, *train, "--out", second, "--start", first / "last")
    (own_models / "second").mkdir()
    (own_models / "second" / "about.json").write_text(json.dumps(ABOUT))
    last = first / "last"
    printed(capsys, "ship", second, data, "--before", last, "--hardware", "a test", "--draws", 1)
    kept = (last, second / "best")
    steps = [realnvp.load_folder(folder).card["training"]["step"] for folder in kept]
    assert steps[0] == 2
    card = realnvp.load("second").card
    assert card["steps"] == sum(steps)
    assert len(card["command"].splitlines()) == 2

    third, shipped = tmp_path / "third", own_models / "second"
    printed(capsys, *train, "--out", third, "--start", shipped)
    shipping = ["--name", "second", "--before", shipped, "--hardware", "a test", "--draws", 1]
    printed(capsys, "ship", third, data, *shipping)
    card = realnvp.load("second").card
    more = realnvp.load_folder(third / "best").card["training"]["step"]
    assert card["steps"] == sum(steps) + more
    assert len(card["command"].splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["evaluate", "none", "x.npz"], "no checkpoint and no folder 'none'"),
        (["evaluate", "tiny", "missing.npz"], "missing.npz: no such file"),
        (["sample", "tiny", "--out", "x.png", "--number", "0"], "--number must be at least 1"),
        (["sample", "tiny", "--out", "x.png", "--temperature", "-1"], "temperatures must be"),
        (["sample", "tiny", "--out", "x.png", "--label", "3"], "takes no --label"),
        (["sample", "classes", "--out", "x.png", "--label", "shoe"], "no label 'shoe'; there are"),
        (["encode", "tiny", "missing.png"], "missing.png"),
        (["interpolate", "tiny", "seed:x", "seed:1", "--out", "x.png"], "'seed:x' is no seed"),
        (["interpolate", "tiny", "seed:1", "--out", "x.png"], "at least 2 latents"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], line: str, capsys: pytest.CaptureFixture
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert line in error
    assert len(error.splitlines()) == 1


def test_two_runs_in_one_folder_are_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with holding(tmp_path / LOCK):
        line = refused(capsys, "train", data, "--name", "x", "--out", tmp_path, "--steps", 1)
    assert "another run is training in" in line


def test_a_device_that_is_not_there_is_one_line_of_train(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    line = refused(capsys, "train", data, "--name", "x", "--out", tmp_path, "--device", "nonsense")
    assert "no device 'nonsense' here" in line


def test_examples_are_of_the_classes_that_there_are(data: Path) -> None:
    flow = small_flow(label_kind="class", num_labels=10)
    images = load_images(data)
    images = replace(images, test=images.test[:5], test_labels=np.array([3, 3, 3, 0, 9]))
    pictures, names = examples_of(flow, images, "test")
    assert [name.split()[-1] for name in names] == ["3", "0", "4", "1", "2"]
    assert np.array_equal(pictures.numpy(), images.test[[3, 0, 4, 1, 2]])
