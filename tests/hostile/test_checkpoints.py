"""A damaged checkpoint is one line that names what is wrong, on every page, whenever it happens."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from app_pages import figures, hasten_searches, open_page
from flows import small_flow
from fuzz import changed, damaged, is_one_line, nested, rounds
from safetensors.torch import load_file, save_file
from streamlit.testing.v1 import AppTest

import explorer.pages
from realnvp import NonFiniteError, list_checkpoints, load
from realnvp.checkpoint import CONFIG, WEIGHTS, CheckpointError, read_card, save
from realnvp.config import MAX_DIM
from realnvp.inference import fold

PAGES = [page.file for page in explorer.pages.PAGES]

QUICK = {"num_levels": 2, "num_blocks": 0, "width": 2}  # a model of few parts
# Those that decode with the chosen model as soon as they open.
DECODING = {f"{name}.py" for name in ("home", "sample", "axes", "encode", "interpolate")}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model "good"."""
    folder = tmp_path_factory.mktemp("checkpoints")
    save(small_flow(1, **QUICK), folder / "good")
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What "bad" is before it is damaged."""
    path = tmp_path_factory.mktemp("whole") / "model"
    save(small_flow(**QUICK), path)
    return path


@pytest.fixture
def renew(models: Path, whole: Path) -> Callable[[], None]:
    """Makes "bad" whole again."""

    def renew() -> None:
        shutil.rmtree(models / "bad", ignore_errors=True)
        shutil.copytree(whole, models / "bad", copy_function=shutil.copyfile)

    return renew


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


@pytest.fixture(autouse=True)
def folder(checkpoints: Path, renew: Callable[[], None]) -> Path:
    """The same with the model "bad", which is whole, but about to be damaged."""
    for other in checkpoints.iterdir():
        if other.name != "good":
            shutil.rmtree(other)
    renew()
    return checkpoints


def opened(folder: Path) -> bool:
    """Whether "bad" is a model, which then decodes or says which layer cannot; else one line is."""
    try:
        read_card("bad", folder)
        flow = fold(load("bad", folder))
    except CheckpointError as error:
        assert is_one_line(str(error), folder)  # noqa: PT017
        assert str(error).startswith("bad: ")  # noqa: PT017
        return False
    config, labels = flow.config, None
    if config.label_kind is not None:
        one_class = config.label_kind == "class"
        labels = (
            torch.zeros(1, dtype=torch.long) if one_class else torch.zeros(1, config.num_labels)
        )
    try:
        assert flow.decode(flow.draw(1, 0.7, torch.Generator().manual_seed(0)), labels).numel()
    except NonFiniteError as error:
        assert is_one_line(str(error))  # noqa: PT017
    return True


def test_damaged_weights_are_one_line_or_a_model(folder: Path) -> None:
    dice = random.Random(0)
    path = folder / "bad" / WEIGHTS
    whole, other = path.read_bytes(), (folder / "good" / WEIGHTS).read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    results = []
    for _ in rounds(120):
        path.write_bytes(damaged(dice, whole, [whole, other], header))
        results.append(opened(folder))
    assert results.count(False) > len(results) / 2
    assert opened_again(folder)


def test_a_damaged_description_is_one_line_or_a_model(folder: Path) -> None:
    dice = random.Random(0)
    path = folder / "bad" / CONFIG
    whole = path.read_bytes()
    described = json.loads(whole)
    for index in rounds(120):
        if index % 4:
            text = json.dumps({**described, "model": changed(dice, described["model"])})
        else:
            text = json.dumps(changed(dice, described))
        data = text.encode(errors="surrogatepass")
        path.write_bytes(data if index % 8 else damaged(dice, whole, [whole]))
        opened(folder)
    assert opened_again(folder)


def opened_again(folder: Path) -> bool:
    """Whether the other model can still be used."""
    return load("good", folder).decode(torch.zeros(1, 192)).shape == (1, 3, 8, 8)


Damage = Callable[[Path], object]


def described(**changes: object) -> Damage:
    """Other entries of the model in config.json."""

    def damage(path: Path) -> None:
        entries = json.loads((path / CONFIG).read_text())
        entries["model"] |= changes
        (path / CONFIG).write_text(json.dumps(entries))

    return damage


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Damage:
    """Other tensors in model.safetensors."""

    def damage(path: Path) -> None:
        stored = load_file(path / WEIGHTS)
        change(stored)
        save_file(stored, path / WEIGHTS)

    return damage


def sparse(path: Path, size: int) -> None:
    """A file that claims a size without taking it on the disk."""
    with path.open("r+b") as file:
        file.truncate(size)


KEY = "multiscale.levels.1.transforms.0.max_log_scale"
DAMAGES: dict[str, Damage] = {
    "holds": described(width=1024, num_levels=8, num_blocks=64, image_size=[128, 128]),
    "is more than": described(image_size=[4096, 4096]),
    "image side": described(image_size=[10**9, 10**9]),
    "num_labels": described(num_labels=10**12, label_kind="class"),
    "label_names": described(num_labels=3, label_kind="class", label_names="abc"),
    "label name": described(num_labels=1, label_kind="class", label_names=["a\nb"]),
    "the same": described(num_labels=2, label_kind="class", label_names=["a", "a"]),
    "unknown ModelConfig entries": described(**{f"line\n{'x' * 9999}": 1}),
    "width": described(width="x" * 9999),
    "num_blocks": described(num_blocks=nested(50)),
    "cannot be read": lambda path: sparse(path / CONFIG, 2**40),
    "not a model": lambda path: (path / CONFIG).write_text("[" * 100_000),
    "more than": lambda path: sparse(path / WEIGHTS, 2**40),
    "or not safetensors": lambda path: (path / WEIGHTS).write_bytes((2**62).to_bytes(8, "little")),
    "int64": weights(lambda stored: stored.update({KEY: stored[KEY].long()})),
    "bool": weights(lambda stored: stored.update({KEY: stored[KEY] > 0})),
    "float8": weights(lambda stored: stored.update({KEY: stored[KEY].to(torch.float8_e4m3fn)})),
    "complex64": weights(lambda stored: stored.update({KEY: stored[KEY] * 1j})),
    "not finite": weights(lambda stored: stored.update({KEY: stored[KEY].double() + 1e300})),
    "are unknown": weights(lambda stored: stored.update({"line\n" * 99: torch.zeros(1)})),
    KEY: weights(lambda stored: stored.pop(KEY)),
}


@pytest.mark.parametrize("message", DAMAGES)
def test_a_damage_is_named_in_one_line(message: str, folder: Path) -> None:
    DAMAGES[message](folder / "bad")
    with pytest.raises(CheckpointError, match=message) as error:
        load("bad", folder)
    assert is_one_line(str(error.value), folder)
    assert opened_again(folder)


def test_the_largest_pictures_are_those_of_the_limit(folder: Path) -> None:
    described(image_size=[256, 256])(folder / "bad")
    assert load("bad", folder).dim == MAX_DIM


def says(app: AppTest, folder: Path) -> list[str]:
    """The errors on a page, each of which must be one line; there must be no traceback."""
    assert not app.exception
    lines = [error.value.replace("\\", "") for error in app.error]
    assert all(is_one_line(line, folder) for line in lines)
    return lines


def can_go_on(app: AppTest, folder: Path) -> None:
    """The other model can be chosen, and shows its pictures."""
    app.sidebar.selectbox(key="checkpoint").select("good").run()
    assert not [line for line in says(app, folder) if not line.startswith("bad: ")]
    assert figures(app) or app.subheader


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_is_damaged_and_goes_on(page: str, folder: Path) -> None:
    message = ("more than", "num_labels", KEY)[PAGES.index(page) % 3]
    DAMAGES[message](folder / "bad")
    app = open_page(page, checkpoint="bad")
    assert message in says(app, folder)[0]
    can_go_on(app, folder)


def too_strong(path: Path) -> None:
    """A coupling whose scales leave what a float can hold, both ways."""
    weights(lambda stored: stored.update({KEY: stored[KEY].sign() * 1e30}))(path)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_the_layer_that_left_the_numbers(page: str, folder: Path) -> None:
    too_strong(folder / "bad")
    app = open_page(page, checkpoint="bad")
    lines = says(app, folder)
    assert lines or page not in DECODING
    assert all("level 2, coupling 1" in line for line in lines)
    can_go_on(app, folder)


def test_two_models_beside_each_other_name_the_layer_too(folder: Path) -> None:
    too_strong(folder / "bad")
    app = open_page("models.py", models_view="Side by side", left="bad", right="good")
    assert "level 2, coupling 1" in says(app, folder)[0]


def test_pictures_that_no_screen_has_are_refused_in_one_line(folder: Path) -> None:
    save(small_flow(**QUICK | {"channels": 2}), folder / "bad")
    app = open_page("sample.py", checkpoint="bad")
    assert "2 channels cannot be shown" in says(app, folder)[0]
    can_go_on(app, folder)


def test_the_page_of_models_opens_where_no_description_can_be_read(folder: Path) -> None:
    app = open_page("models.py", checkpoint="good", models_view="Side by side")
    for name in ("good", "bad"):
        (folder / name / CONFIG).rename(folder / name / "away")
        (folder / name / CONFIG).write_text("{")
    try:
        says(app.run(), folder)
        assert "None of the models" in app.info[-1].value
    finally:
        (folder / "good" / "away").replace(folder / "good" / CONFIG)


def replaced(path: Path) -> None:
    """By a model of other pictures, which takes labels."""
    changes = {"channels": 1, "image_size": (4, 12), "label_kind": "class", "num_labels": 3}
    save(small_flow(num_levels=2, **changes), path)


MEANWHILE: dict[str, Damage] = {
    "deleted": shutil.rmtree,
    "without weights": lambda path: (path / WEIGHTS).unlink(),
    "without a description": lambda path: (path / CONFIG).unlink(),
    "weights cut off": lambda path: sparse(path / WEIGHTS, 1000),
    "no description": lambda path: (path / CONFIG).write_text("{"),
    "replaced": replaced,
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_goes_on_when_its_model_changes_under_it(
    page: str, folder: Path, renew: Callable[[], None]
) -> None:
    for change in list(MEANWHILE.values())[PAGES.index(page) % 3 :: 3]:
        renew()
        app = open_page(page, checkpoint="bad")
        assert not says(app, folder)
        change(folder / "bad")
        lines = says(app.run(), folder)
        assert len(lines) <= 1 or page == "models.py"
        assert lines or figures(app) or app.subheader
        if app.sidebar.selectbox(key="checkpoint").value != "good":
            can_go_on(app, folder)


@pytest.mark.parametrize("page", PAGES)
def test_without_any_model_left_a_page_says_so(
    page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(folder / "none"))
    app = open_page(page)
    assert not says(app, folder)
    assert "no model" in app.info[0].value


ODD_NAMES = (
    *("a\nb", "\u202eevil", "x" * 61, ".hidden", "a\\b", "\x7f", os.fsdecode(b"\xff\xfe")),
    *("tab\there", "nbsp\u00a0", "\u2028"),
)
FINE_NAMES = ("été ✂", "<b>", "a b", "100%", "![x](y)", "--", "'", "x" * 60)


def test_only_names_that_can_be_shown_are_offered(folder: Path) -> None:
    for name in (*ODD_NAMES, *FINE_NAMES):
        shutil.copytree(folder / "good", folder / name)
    assert list_checkpoints(folder) == sorted(["bad", "good", *FINE_NAMES])
    for name in FINE_NAMES[:4]:
        app = open_page("home.py", checkpoint=name)
        assert not says(app, folder)
        assert app.sidebar.selectbox(key="checkpoint").value == name


def test_a_folder_that_may_not_be_read_hides_itself_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = os.stat

    def refused(path: object, *args: object, **more: object) -> os.stat_result:
        if "bad" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", refused)  # a mode would not stop root
    assert list_checkpoints(folder) == ["good"]


NO_NAMES = (
    "../bad",
    "bad/",
    "./bad",
    "bad\0",
    "..",
    ".",
    "x" * 9999,
    "BAD",
    "ｂａｄ",
    "%2e%2e",
    "~root",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_link_opens_only_what_is_in_the_folder(page: str, folder: Path) -> None:
    name = (*NO_NAMES, str(folder / "bad"))[PAGES.index(page) % (len(NO_NAMES) + 1)]
    app = open_page(page, checkpoint=name)
    assert not says(app, folder)
    assert app.sidebar.selectbox(key="checkpoint").value == "bad"  # the first


def test_only_a_name_in_the_folder_is_loaded(folder: Path) -> None:
    for name in (*NO_NAMES, "", str(folder / "bad"), f"../{folder.name}/bad", "bad\n"):
        with pytest.raises(CheckpointError, match="no checkpoint") as error:
            load(name, folder)
        assert "\n" not in str(error.value)
