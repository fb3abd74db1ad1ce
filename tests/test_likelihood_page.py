"""The page Likelihood: its numbers are the core's, and its recipe makes its pixels again."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import figure, open_page, pixels_of, shown_recipe
from flows import small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.examples import examples
from explorer.pages import VIEWS
from explorer.views.likelihood import Likelihood, TypicalSet
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.view import kinds_of
from realnvp.checkpoint import save
from realnvp.explore.out_of_distribution import costs_of, out_of_distribution

pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")

QUANTILES = [6.0 + 0.05 * k for k in range(101)]
LOOKS = [*kinds_of(Likelihood.model_fields["look"].annotation)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a card, one of classes without."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "plain", {"test_quantiles": QUANTILES})
    save(small_flow(1, channels=1, label_kind="class", num_labels=3), folder / "classes")
    return folder


def open_likelihood(checkpoint: str = "plain", **query: str) -> AppTest:
    return open_page("likelihood.py", checkpoint=checkpoint, **query)


@pytest.mark.parametrize("checkpoint", ["plain", "classes"])
@pytest.mark.parametrize("show", LOOKS)
def test_every_view_opens_on_every_kind_of_model(checkpoint: str, show: str) -> None:
    app = open_likelihood(checkpoint, likelihood=show)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Likelihood"
    assert shown_recipe(app)["look"]["likelihood"] == show


def test_without_reference_numbers_the_histogram_says_so() -> None:
    assert "no histogram" in open_likelihood("classes").info[0].value
    assert not open_likelihood("plain").info


def test_the_table_has_the_costs_of_the_core_with_the_cheapest_first() -> None:
    app = open_likelihood(likelihood="Out of distribution", seed="5")
    flow = small_flow()
    pixels = next(iter(examples(flow, "plain").values())).pixels
    image = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    costs = costs_of(flow, torch.cat(list(out_of_distribution(image, 5).values())))
    shown = app.dataframe[0].value
    expected = [f"{bits:.3f}" for bits in sorted(costs.bits_per_dim.tolist())]
    assert shown["bits/dim"].tolist() == expected
    assert set(shown.columns) >= {"prior, level 1", "prior, level 3", "volume", "as a PNG file"}


def test_temperature_and_seed_change_the_samples() -> None:
    before = figure(open_likelihood(), "16 samples")["source"]
    assert figure(open_likelihood(temperature="0.5"), "temperature 0.50")["source"] != before
    assert figure(open_likelihood(seed="3"), "seed 3")["source"] != before


def test_a_link_restores_the_view() -> None:
    app = open_likelihood(likelihood="Typical set", temperature="0.3", seed="7")
    recipe = read_recipe(VIEWS, shown_recipe(app))
    assert isinstance(recipe.view, Likelihood)
    assert recipe.view.look == TypicalSet(temperature=0.3, seed=7)
    again = open_page("likelihood.py", **recipe.query())
    assert read_recipe(VIEWS, shown_recipe(again)) == recipe


@pytest.mark.parametrize("checkpoint", ["plain", "classes"])
@pytest.mark.parametrize("show", LOOKS)
def test_the_program_writes_the_pixels_of_the_page(
    checkpoint: str, show: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_likelihood(checkpoint, likelihood=show, seed="2")
    words = {
        "Histogram": "16 samples",
        "Typical set": "The mode",
        "Out of distribution": "turned into",
    }
    shown = figure(app, words[show])["source"]
    monkeypatch.chdir(tmp_path)
    Path("again.py").write_text(read_recipe(VIEWS, shown_recipe(app)).python())
    runpy.run_path("again.py")
    with Image.open("likelihood.png") as written:
        assert np.array_equal(np.array(written.convert("RGBA")), pixels_of(shown, "RGBA"))


@pytest.mark.parametrize(
    "look",
    [
        {"likelihood": "Nothing"},
        {"likelihood": "Out of distribution", "temperature": 1.0},
        {"likelihood": "Out of distribution", "others": ["../etc"]},
        {"likelihood": "Histogram", "seed": "x"},
        [],
    ],
)
def test_a_recipe_that_is_none_is_refused(look: object) -> None:
    with pytest.raises(RecipeError):
        read_recipe(VIEWS, {"page": "likelihood", "checkpoint": "plain", "look": look})
