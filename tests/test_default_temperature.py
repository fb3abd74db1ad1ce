"""Pages and commands start at the temperature that a model's card says."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app_pages import Offered, open_page, shown_recipe
from flows import small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.ui.card import Card, rows
from explorer.views.recipe import read_recipe
from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.default_temperature import default_temperature, in_words, of_all_levels

OWN = (0.5, 0.6, 0.9)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose card says nothing, one with a temperature, one with one for each level."""
    folder = tmp_path_factory.mktemp("models")
    for name, card in {
        "plain": {},
        "warm": {"temperature": 0.85},
        "levels": {"temperature": OWN},
    }.items():
        save(small_flow(), folder / name, card)
    return folder


pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (0.85, 0.85),
        (1, 1.0),
        ([0.5, 0.6, 0.9], OWN),
        (None, 0.7),
        ("0.8", 0.7),
        (True, 0.7),
        (-0.1, 0.7),
        (float("nan"), 0.7),
        (10**400, 0.7),
        ([0.5, 0.6], 0.7),
        ([0.5, 0.6, "warm"], 0.7),
        ([], 0.7),
        ({"all": 0.8}, 0.7),
    ],
)
def test_a_card_says_a_temperature_or_nothing_that_counts(said: object, meant: object) -> None:
    assert default_temperature({"temperature": said}, 3) == meant


def test_one_temperature_for_all_is_the_mean_as_a_slider_has_it() -> None:
    assert of_all_levels(0.85) == 0.85
    assert of_all_levels(OWN) == 0.65
    assert (in_words(0.85), in_words(OWN)) == ("0.85", "0.5, 0.6, 0.9")


def test_the_card_on_the_page_says_it() -> None:
    config = small_flow().config
    assert dict(rows(Card("x", config, {"temperature": 0.85})))["Temperature at first"] == "0.85"
    assert dict(rows(Card("x", config, {})))["Temperature at first"] == "0.7"


def temperature_of(app: AppTest) -> Any:
    return shown_recipe(app)["temperature"]


@pytest.mark.parametrize(
    ("model", "temperature"), [("plain", 0.7), ("warm", 0.85), ("levels", list(OWN))]
)
def test_a_link_without_a_temperature_means_the_models_own(model: str, temperature: object) -> None:
    app = open_page("sample.py", checkpoint=model)
    assert temperature_of(app) == temperature
    if model == "levels":
        assert not app.toggle(key="linked").value
        assert [app.slider(key=f"level_{level}").value for level in (1, 2, 3)] == list(OWN)
    else:
        assert app.slider(key="temperature").value == temperature


def test_a_link_with_a_temperature_means_that() -> None:
    assert temperature_of(open_page("sample.py", checkpoint="warm", temperature="0.7")) == 0.7
    of_levels = {"linked": "false", "level_1": "0.7", "level_2": "0.8", "level_3": "0.1"}
    app = open_page("sample.py", checkpoint="warm", **of_levels)
    assert temperature_of(app) == [0.7, 0.8, 0.1]
    linked = open_page("sample.py", checkpoint="levels", linked="true", temperature="0.7")
    assert temperature_of(linked) == 0.7


@pytest.mark.parametrize("model", ["plain", "warm", "levels"])
def test_recipe_and_program_make_again_what_the_page_shows(
    model: str, offered: Offered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("sample.py", checkpoint=model, pictures="16")
    assert not app.exception
    recipe, pixels = offered[-1]
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(read_recipe(VIEWS, recipe).python(), encoding="utf-8")
    runpy.run_path("program.py")
    assert np.array_equal(np.array(Image.open("samples.png")), pixels)


OF_OTHER_PAGES = {
    "axes.py": ({}, ("temperature",)),
    "multiscale.py": ({}, ("experiment", "temperature")),
    "interpolate.py": ({}, ("way", "over", "a", "temperature")),
    "repair.py": ({"steps": "1"}, ("temperature",)),
    "anatomy.py": ({"start": "a sample"}, ("subject", "temperature")),
}


@pytest.mark.parametrize("page", OF_OTHER_PAGES)
def test_other_pages_start_there_too(page: str) -> None:
    query, path = OF_OTHER_PAGES[page]
    value: Any = shown_recipe(open_page(page, checkpoint="warm", **query))
    for name in path:
        value = value[name]
    assert value == 0.85


def test_likelihood_starts_at_the_model_itself() -> None:
    recipe = shown_recipe(open_page("likelihood.py", checkpoint="warm"))
    assert recipe["look"]["temperature"] == 1.0


def test_what_nobody_has_chosen_goes_along_with_the_model() -> None:
    app = open_page("sample.py", checkpoint="plain")
    for model, temperature in (("warm", 0.85), ("levels", list(OWN)), ("plain", 0.7)):
        app.selectbox(key="checkpoint").set_value(model).run()
        assert not app.exception
        assert temperature_of(app) == temperature


def test_what_somebody_has_chosen_stays_with_another_model() -> None:
    app = open_page("sample.py", checkpoint="plain")
    app.slider(key="temperature").set_value(0.4).run()
    app.selectbox(key="checkpoint").set_value("warm").run()
    assert temperature_of(app) == 0.4


def test_commands_draw_at_the_models_own(tmp_path: Path) -> None:
    def drawn(model: str, *options: str) -> bytes:
        out = tmp_path / "out.png"
        assert main(["sample", model, "--number", "4", "--out", str(out), *options]) == 0
        return out.read_bytes()

    assert drawn("warm") == drawn("plain", "--temperature", "0.85") != drawn("plain")
    assert drawn("levels") == drawn("plain", "--temperature", "0.5,0.6,0.9")
