"""Models of pictures that are not square: every command and every page takes them."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import figure, figures, hasten_searches, open_page, pixels_of, sent
from every_view import VIEWS, changes, open_view
from flows import small_flow
from PIL import Image
from small_baselines import save_families

import realnvp
from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.commands.common import size
from realnvp.data import load_images, shrink
from realnvp.direction_file import write_directions
from realnvp.explore.directions import LABEL, PRINCIPAL, Directions

SIZE = (12, 8)  # height, width
RNG = np.random.default_rng(0)
ABOUT = {name: "made here" for name in ("title", "summary", "data", "terms", "split")}


pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    card = {"test_bits_per_dim": 8.0, "test_quantiles": [4 + i / 25 for i in range(101)]}
    flow = small_flow(image_size=SIZE, num_levels=3)
    save(flow, folder / "tall", card)
    save(small_flow(image_size=SIZE, label_kind="class", num_labels=3), folder / "classes", card)
    save(small_flow(image_size=SIZE, num_levels=2, channels=1), folder / "grey", card)
    vectors, ones = torch.eye(flow.dim)[:2], torch.ones(2)
    write_directions(
        folder / "tall",
        Directions(("Hat", "PCA 1"), (LABEL, PRINCIPAL), vectors, 0 * ones, ones, 0.9 * ones),
    )
    save_families(folder, SIZE)
    examples = folder / "tall" / "examples"
    examples.mkdir()
    for name, pixels in zip("ab", flow.sample(2, 0.7).permute(0, 2, 3, 1).numpy(), strict=True):
        Image.fromarray(pixels).save(examples / f"{name}.png")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Pictures of many shapes, in folders of three classes."""
    for n in range(120):
        pixels = RNG.integers(0, 256, (20 + n % 7, 18 + n % 5, 3), np.uint8)
        path = tmp_path / "set" / "abc"[n % 3] / f"{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "set"


def run(capsys: pytest.CaptureFixture, *words: object) -> str:
    assert main([str(word) for word in words]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("shape", "target", "box"),
    [
        ((24, 30), (12, 8), (slice(None), slice(7, 23))),  # a whole multiple: box means
        ((26, 16), (12, 8), (slice(1, 25), slice(None))),
        ((8, 20), (8, 12), (slice(None), slice(4, 16))),
        ((20, 8), (8, 8), (slice(6, 14), slice(None))),
    ],
)
def test_pictures_are_cut_to_the_proportions_in_the_middle(
    shape: tuple[int, int], target: tuple[int, int], box: tuple[slice, slice]
) -> None:
    images = RNG.integers(0, 256, (3, 3, *shape), np.uint8)
    cut = images[:, :, *box].astype(int)
    factor = cut.shape[2] // target[0]
    boxes = cut.reshape(3, 3, target[0], factor, target[1], factor).sum(axis=(3, 5))
    expected = (boxes + factor**2 // 2) // factor**2
    np.testing.assert_array_equal(shrink(images, target), expected)


def test_a_folder_is_brought_to_a_size_without_distortion(tmp_path: Path) -> None:
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[10:50, 25:65] = 255  # a square
    for name in "ab":
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    image = load_images(tmp_path, size=(20, 30)).train[0, 0]
    rows, columns = np.nonzero(image > 128)
    assert np.ptp(rows) == np.ptp(columns)


def test_random_crops_have_the_size(tmp_path: Path) -> None:
    pixels = RNG.integers(0, 256, (18, 20, 3), np.uint8)
    for name in "ab":
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    images = load_images(tmp_path, size=(16, 8), crop="random")
    windows = np.lib.stride_tricks.sliding_window_view(pixels.transpose(2, 0, 1), (16, 8), (1, 2))
    assert (windows == images.train[0][:, None, None]).all(axis=(0, 3, 4)).any()


@pytest.mark.parametrize("text", ["12x8", "12×8", " 12 X 8"])
def test_a_size_is_height_and_width(text: str) -> None:
    assert size(text) == SIZE


def test_a_run_becomes_a_checkpoint_that_all_commands_take(
    data: Path,
    own_models: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    (data / "a" / "bad.png").write_bytes(b"")
    run_folder, picture = tmp_path / "run", next(data.glob("b/*.png"))
    words = ["train", data, "--name", "new", "--out", run_folder, "--size", "12×8", "--steps", 2]
    words += ["--batch-size", 8, "--validation", 8, "--width", 2, "--blocks", 0, "--no-bf16"]
    words += ["--conditional"]
    run(capsys, *words)
    card = realnvp.load_folder(run_folder / "best").card["training"]
    assert card["left_out"]["reasons"] == {"The file is empty": 1}
    (own_models / "new").mkdir()
    (own_models / "new" / "about.json").write_text(json.dumps(ABOUT))
    shipping = ["--name", "new", "--hardware", "a test", "--examples", "test"]
    run(capsys, "ship", run_folder, data, *shipping)
    flow = realnvp.load("new")
    assert flow.config.image_size == SIZE
    assert flow.config.label_names == ("a", "b", "c")
    assert flow.card["left_out"] == card["left_out"]
    assert "| left out | 1 of 121 files" in (own_models / "new" / "README.md").read_text()
    assert f"{flow.card['test_bits_per_dim']:.4f}" in run(capsys, "evaluate", "new", data)
    run(capsys, "directions", "new", data, "--components", 2)
    run(capsys, "atlas", "new", data, "--number", 10)
    assert main(["doctor", "new", "--data", str(data)]) in (0, 1)
    assert "bits/dim against the card" in capsys.readouterr().out
    sheet = tmp_path / "sheet.png"
    run(capsys, "sample", "new", "--out", sheet, "--number", 6, "--columns", 3, "--times", 2)
    with Image.open(sheet) as pixels:
        assert pixels.size == (3 * 16, 2 * 24)
    out = tmp_path / "z.safetensors"
    run(capsys, "encode", "new", picture, "--label", "b", "--out", out, "--sheet", sheet)
    with Image.open(sheet) as pixels:
        assert pixels.size == (8, 24)
    run(capsys, "encode", "new", data, "--label", "b", "--out", tmp_path / "latents")
    run(capsys, "interpolate", "new", picture, "seed:1", "--out", sheet, "--frames", 3)
    with Image.open(sheet) as pixels:
        assert pixels.size == (24, 12)


@pytest.mark.parametrize("text", ["12x", "x8", "12x8x3", "0x8", "-4", "12.5", "", "a"])
def test_a_size_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["train", "x.npz", "--name", "x", f"--size={text}"]) == 2
    assert "expected pixels as 32, or height x width as 48x32" in capsys.readouterr().err


def test_a_size_that_does_not_halve_says_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    words = ["train", str(data), "--name", "x", "--out", str(tmp_path / "run"), "--size", "12x10"]
    assert main(words) == 2
    assert "image size 12x10 must be divisible by 4" in capsys.readouterr().err


def test_arrays_that_are_not_square_train_at_their_own_size(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    arrays = {name: RNG.integers(0, 256, (30, 8, 12), np.uint8) for name in ("x_train", "x_test")}
    np.savez(tmp_path / "wide.npz", **arrays)
    words = ["train", tmp_path / "wide.npz", "--name", "x", "--out", tmp_path / "run", "--steps", 1]
    words += ["--width", 2, "--blocks", 0, "--no-bf16"]
    run(capsys, *words, "--batch-size", 8, "--validation", 4)
    assert realnvp.load_folder(tmp_path / "run" / "best").config.image_size == (8, 12)


@pytest.mark.parametrize("kind", ["vae", "gan", "pixelcnn"])
def test_baselines_take_them(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    arrays = {name: RNG.integers(0, 256, (40, 26, 20), np.uint8) for name in ("train", "test")}
    np.savez(tmp_path / "grey.npz", **arrays)
    words = ["baselines", tmp_path / "grey.npz", "--which", kind, "--steps", 2, "--size", "12x8"]
    words += ["--width", 2, "--latents", 2, "--blocks", 1, "--batch-size", 8, "--out", tmp_path]
    run(capsys, *words)


def test_grey_pictures_are_measured_by_a_model_of_colour(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    grey = RNG.integers(0, 256, (20, 24, 16), np.uint8)
    np.savez(tmp_path / "grey.npz", train=grey, test=grey)
    assert "20 images" in run(capsys, "evaluate", "tall", tmp_path / "grey.npz")


@pytest.mark.parametrize("model", ["tall", "classes", "grey"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_with_one_and_whatever_is_set_there(view: str, model: str) -> None:
    app = open_view(view, checkpoint=model)
    assert not app.exception
    assert not app.error
    dice, done = random.Random(view), []
    for _ in range(2):
        if not (settable := changes(app)):
            break
        kind, index, value = dice.choice(settable)
        done.append((app.get(kind)[index].label, value))
        app = app.get(kind)[index].set_value(value).run()
        assert not app.exception, done


def test_pictures_are_shown_in_their_proportions() -> None:
    app = open_page("sample.py", checkpoint="tall")
    shown = figure(app, "64 samples")
    height, width, *_ = pixels_of(shown["source"]).shape
    columns, gap = shown["columns"], shown["gap"]
    assert width == columns * SIZE[1] + (columns - 1) * gap
    assert height == (rows := -(-64 // columns)) * SIZE[0] + (rows - 1) * gap


@pytest.mark.parametrize("page", ["interpolate.py", "directions.py"])
def test_a_pad_has_their_shape(page: str) -> None:
    views = {"view": "Pad", "directions_view": "Pad"}
    (pad,) = [data for data in sent(open_page(page, checkpoint="tall", **views)) if "map" in data]
    height, width, *_ = pixels_of(pad["picture"]).shape
    assert pad["shape"] == f"{width} / {height}" == "8 / 12"


@pytest.mark.parametrize("look", ["Realism", "Efficiency", "Exact likelihood", "Latent space"])
def test_compare_shows_them_beside_baselines_of_their_size(look: str) -> None:
    app = open_page("compare.py", checkpoint="numerals", look=look)
    assert not app.exception
    assert figures(app) or len(app.table) > 1
