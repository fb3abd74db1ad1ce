"""The Models page shows every card, whatever is in it, and two models side by side."""

import json
from pathlib import Path
from typing import Any

import app_pages
import numpy as np
import pytest
import torch
from app_pages import Offered, pixels_of, press, shown_recipe, unfold, written_by
from flows import small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.ui import pinned
from explorer.ui.card import Card, in_short, plain, rounded_up, rows
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.recipe_files import RECIPE
from realnvp import ModelConfig
from realnvp.checkpoint import CONFIG, WEIGHTS, load, save
from realnvp.image_encoding import to_png

FULL = {
    "title": "Noise, 8 × 8",
    "summary": "A model of noise.",
    "data": "made here",
    "terms": "none",
    "split": "40 train, 20 test",
    "command": "python -m realnvp train noise.npz --name noise",
    "steps": 12_000,
    "minutes": 0.7,
    "hardware": "two cores",
    "parameters": 1_234_567,
    "weights_bytes": 2_500_000,
    "test_bits_per_dim": 7.98765,
    "test_standard_error": 0.0123,
    "test_images": 1000,
    "train_bits_per_dim": 7.5,
    "draws": 4,
    "paper_bits_per_dim": 3.49,
    "paper_note": "CIFAR-10",
    "round_trip_logits": 4.21e-6,
    "temperature": 0.85,
    "decode_64_ms": 12.3,
    "decode_device": "CPU, 2 threads",
    "limits": ["It has seen only noise."],
    "under_represents": "Everything else.",
}

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a full card and a sheet, one with nothing."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "bare")
    save(small_flow(1), folder / "noise", FULL)
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "noise" / "samples.png")
    return folder


def open_page(**query: str) -> AppTest:
    return app_pages.open_page("models.py", **query)


def figures(app: AppTest) -> dict[str, dict]:
    """What is on the page, as sent to the browser, by alternative text."""
    return {figure["alt"]: figure for figure in app_pages.figures(app)}


def words(app: AppTest) -> str:
    parts = [*app.subheader, *app.markdown, *app.caption, *app.code, *app.error]
    return "\n".join(str(part.value) for part in parts)


def test_the_page_opens_with_every_card() -> None:
    app = open_page()
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    assert [header.value for header in app.subheader][:2] == ["bare", "Noise\\, 8 × 8"]
    text = words(app)
    assert "No sheet of samples" in text
    assert "8 × 8, colour · 7.99 bits/dim · 1.2 M parameters" in text
    assert FULL["command"] not in text
    (alt,) = figures(app)
    assert alt == "noise: Samples at temperature 0.85"


def test_a_card_s_details_are_there_once_they_are_unfolded() -> None:
    app = open_page()
    app.session_state["details_noise"] = True
    app.run()
    assert not app.exception
    text = words(app)
    for entry in ("command", "summary", "terms", "under_represents"):
        assert plain(FULL[entry]) in text or FULL[entry] in text
    assert "It has seen only noise" in text
    (alt,) = [alt for alt in figures(app) if alt.startswith("noise: Samples of one seed")]
    assert "temperatures 0.5, 0.7, 0.85, 1" in alt


def test_figures_stand_with_their_errors_and_counts() -> None:
    table = dict(rows(Card("noise", ModelConfig(), FULL)))
    assert table == {
        "Pictures": "32 × 32, colour",
        "Bits/dim, test": "7.988 ± 0.012 (1,000 pictures, 4 draws)",
        "Bits/dim, train": "7.500 (4 draws)",
        "Bits/dim, paper": "3.49 (CIFAR\\-10)",
        "Network": "32 maps, 1 residual block, 3 levels",
        "Parameters": "1,234,567 in 2.5 MB",
        "Temperature at first": "0.85",
        "Decoding 64": "12 ms (CPU\\, 2 threads)",
        "Round trip": "within 4.3e-6 in logits",
        "Training": "12,000 steps in 1 minute on two cores",
    }


def test_entries_of_a_wrong_type_are_left_out() -> None:
    odd: list[Any] = [None, "many", True, float("nan"), float("inf"), [], {}, -1, 10**400]
    for value in odd:
        card = Card("odd", ModelConfig(), dict.fromkeys(FULL, value))
        assert dict(rows(card))["Network"]
        assert isinstance(card.texts("limits"), list)
        assert next(in_short(card)) == "32 × 32, colour"
        assert all(isinstance(words, str) for words in in_short(card))


def test_a_card_cannot_speak_markdown() -> None:
    assert plain("![x](http://a.b)\n$y$ :smile: <b> `c` a|b") == (
        "\\!\\[x\\]\\(http\\:\\/\\/a\\.b\\) \\$y\\$ \\:smile\\: \\<b\\> \\`c\\` a\\|b"
    )


def test_a_button_makes_a_model_the_current_one() -> None:
    app = open_page()
    assert app.sidebar.selectbox(key="checkpoint").value == "bare"
    assert app.button(key="use_bare").disabled
    app.button(key="use_noise").click().run()
    assert not app.exception
    assert app.sidebar.selectbox(key="checkpoint").value == "noise"
    assert app.button(key="use_noise").disabled


def test_two_models_draw_from_one_seed() -> None:
    link = {"left": "noise", "right": "bare", "seed": "7", "temperature": "0.5"}
    app = open_page(models_view="Side by side", **link)
    assert not app.exception
    shown = figures(app)
    left, right = (
        f"16 samples of {name} at temperature 0.50, seed 7" for name in ("noise", "bare")
    )
    assert shown[left]["source"] != shown[right]["source"]
    assert "ms" in shown[left]["caption"]

    app.selectbox(key="right").select("noise").run()
    app.slider(key="temperature").set_value(1.0).run()
    (alt,) = [alt for alt in figures(app) if "samples of" in alt]
    assert alt == "16 samples of noise at temperature 1.00, seed 7"


@pytest.mark.parametrize("left", ["bare", "noise"])
def test_the_two_are_different_models_to_begin_with(left: str) -> None:
    app = open_page(models_view="Side by side", left=left)
    assert app.selectbox(key="left").value == left
    assert app.selectbox(key="right").value == {"bare": "noise", "noise": "bare"}[left]


def test_a_change_on_one_side_leaves_the_other(own_models: Path) -> None:
    save(small_flow(2), own_models / "third")
    app = open_page(models_view="Side by side")
    app.selectbox(key="right").select("third").run()
    for name in ("noise", "third", "bare"):
        app.selectbox(key="left").select(name).run()
        assert app.selectbox(key="right").value == "third"


@pytest.mark.parametrize("kind", ["class", "attributes"])
def test_a_conditional_model_can_be_compared(kind: str, own_models: Path) -> None:
    save(small_flow(channels=1, label_kind=kind, num_labels=3), own_models / "conditional")
    app = open_page(models_view="Side by side", left="conditional")
    assert not app.exception
    assert "16 samples of conditional at temperature 0.70, seed 0" in figures(app)


@pytest.mark.parametrize("file", [WEIGHTS, CONFIG])
def test_a_damaged_checkpoint_says_why_and_leaves_the_others(file: str, own_models: Path) -> None:
    save(small_flow(), own_models / "broken")
    whole = (own_models / "broken" / file).read_bytes()
    (own_models / "broken" / file).write_bytes(whole[:-50])
    app = open_page()
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith("broken\\: ")
    assert str(own_models) not in error.value
    assert app.button(key="use_noise")
    beside = open_page(models_view="Side by side")
    assert "broken" not in beside.selectbox(key="left").options
    assert len(figures(beside)) == 2


def test_weights_that_do_not_fit_are_said_beside_the_other_model(own_models: Path) -> None:
    save(small_flow(width=5), own_models / "misfit")
    (own_models / "misfit" / CONFIG).write_bytes((own_models / "bare" / CONFIG).read_bytes())
    app = open_page(models_view="Side by side", left="misfit", right="noise")
    (error,) = app.error
    assert "has shape" in error.value.replace("\\", "")
    assert "16 samples of noise at temperature 0.70, seed 0" in figures(app)


def test_a_sample_is_pinned_as_a_latent_of_the_model_that_has_drawn_it() -> None:
    link = {"left": "bare", "right": "noise", "seed": "7", "temperature": "0.5"}
    app = open_page(models_view="Side by side", checkpoint="bare", **link)
    press(app, "right_tiles", 2)
    assert not app.exception
    (pin,) = app.session_state[pinned.STATE].pins
    assert (pin.name, pin.checkpoint) == ("seed 7, no. 3, T = 0.50", "noise")
    z = load("noise").draw(16, 0.5, torch.Generator().manual_seed(7))
    assert torch.equal(pin.z, z[2])


@pytest.mark.parametrize(("name", "title"), [("multiscale", "Multi-scale"), ("encode", "Encode")])
def test_what_is_done_with_a_sample_opens_with_its_model(name: str, title: str) -> None:
    link = {"left": "bare", "right": "noise", "seed": "7", "temperature": "0.5"}
    app = open_page(models_view="Side by side", checkpoint="bare", **link)
    press(app, "right_tiles", 2, name)
    assert not app.exception
    assert app.title[0].value == title
    assert app.session_state["checkpoint"] == "noise"
    assert [data for data in app_pages.figures(app) if "seed 7, no. 3" in data["alt"]]


def test_samples_of_a_model_go_on_on_the_page_sample() -> None:
    link = {"left": "bare", "right": "noise", "seed": "7", "temperature": "0.5"}
    app = open_page(models_view="Side by side", checkpoint="bare", **link)
    shown = pixels_of(figures(app)["16 samples of noise at temperature 0.50, seed 7"]["source"])
    press(app, "right_tiles", 0, "sample")
    assert not app.exception
    assert app.title[0].value == "Sample"
    assert app.session_state["checkpoint"] == "noise"
    (drawn,) = [data for data in app_pages.figures(app) if "16 samples" in data["alt"]]
    assert np.array_equal(pixels_of(drawn["source"]), shown)


PAIR = {
    "page": "models",
    "checkpoint": "noise",
    "models_view": "Side by side",
    "left": "noise",
    "right": "conditional",
    "temperature": 0.5,
    "seed": 7,
}


@pytest.fixture
def conditional(own_models: Path) -> None:
    """A third model, of other pictures and with labels."""
    flow = small_flow(
        channels=1, label_kind="class", num_labels=3, image_size=(12, 12), num_levels=2
    )
    save(flow, own_models / "conditional")


@pytest.mark.usefixtures("conditional")
def test_the_link_of_a_comparison_restores_it() -> None:
    app = open_page(**read_recipe(VIEWS, PAIR).query())
    assert not app.exception
    assert shown_recipe(app) == PAIR
    names = [alt.split(" at ")[0] for alt in figures(app) if "samples of" in alt]
    assert names == ["16 samples of noise", "16 samples of conditional"]


@pytest.mark.usefixtures("conditional")
@pytest.mark.parametrize(
    "pair", [("noise", "conditional"), ("conditional", "bare"), ("bare", "bare")]
)
def test_a_program_writes_both_sides_as_they_are_shown(
    pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    left, right = pair
    app = open_page(models_view="Side by side", left=left, right=right, seed="3")
    program = read_recipe(VIEWS, shown_recipe(app)).python()
    written = written_by(program, tmp_path, monkeypatch)["models.png"]
    assert np.array_equal(written, offered[-1][1])
    left, right = (
        pixels_of(shown["source"])
        for shown in app_pages.figures(app)
        if "samples of" in shown["alt"]
    )
    assert np.array_equal(written[: len(left), : left.shape[1]], left)
    assert np.array_equal(written[: len(right), -right.shape[1] :], right)
    assert (written[..., 3] == 0).any()


@pytest.mark.usefixtures("conditional")
@pytest.mark.parametrize("kind", ["png", "json"])
def test_a_comparison_that_was_saved_can_be_opened_again(kind: str) -> None:
    text = json.dumps(PAIR)
    data = to_png(np.zeros((4, 4, 3), np.uint8), {RECIPE: text}) if kind == "png" else text.encode()
    app = open_page(models_view="Side by side", left="bare", right="noise")
    unfold(app, "Open a recipe")
    app.file_uploader(key="recipe_file_0").set_value((f"a.{kind}", data, "x/y")).run()
    assert not app.exception
    assert not app.warning
    assert shown_recipe(app) == PAIR
    assert app.sidebar.selectbox(key="checkpoint").value == "noise"


def test_a_comparison_with_a_model_that_is_not_here_is_one_line() -> None:
    app = open_page(models_view="Side by side")
    before = shown_recipe(app)
    data = json.dumps(PAIR | {"right": "gone"}).encode()
    unfold(app, "Open a recipe")
    app.file_uploader(key="recipe_file_0").set_value(("a.json", data, "x/y")).run()
    (warning,) = app.warning
    assert "gone" in warning.value
    assert shown_recipe(app) == before


def test_a_model_that_cannot_be_loaded_leaves_nothing_to_take_away(own_models: Path) -> None:
    save(small_flow(width=5), own_models / "misfit")
    (own_models / "misfit" / CONFIG).write_bytes((own_models / "bare" / CONFIG).read_bytes())
    app = open_page(models_view="Side by side", left="misfit", right="noise")
    assert not [menu for menu in app.get("popover") if menu.proto.popover.label == "Recipe"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"right": "../noise"}, "without a folder"),
        ({"right": 3}, "right"),
        ({"seed": "many"}, "seed"),
        ({"beside": "noise"}, "unknown"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        read_recipe(VIEWS, PAIR | change)


def test_a_sheet_that_is_no_picture_is_left_out(own_models: Path) -> None:
    (own_models / "noise" / "samples.png").write_bytes(b"no picture")
    app = open_page()
    assert not app.exception
    assert not figures(app)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1e-4, "1.0e-4"), (4.41e-5, "4.5e-5"), (9.91e-6, "1.0e-5"), (2.0, "2.0e+0")],
)
def test_what_something_is_within_is_rounded_up(number: float, shown: str) -> None:
    assert rounded_up(number) == shown
