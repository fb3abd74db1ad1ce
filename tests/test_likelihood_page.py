"""The page Likelihood: its numbers are the core's, and its recipe makes its pixels again."""

import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import figure, open_page, pixels_of, press, shown_recipe
from flows import small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.examples import examples
from explorer.figures import two_histograms
from explorer.pages import VIEWS
from explorer.ui import pinned
from explorer.ui.likelihood.another_set import in_words
from explorer.ui.likelihood.histogram import _notice
from explorer.ui.likelihood.out_of_distribution import _verdict
from explorer.views.likelihood import AnotherSet, Likelihood, TypicalSet
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.view import kinds_of
from realnvp.checkpoint import load, save
from realnvp.explore.out_of_distribution import costs_of, out_of_distribution
from realnvp.fitting import fit
from realnvp.numerals import numeral

pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")

QUANTILES = [6.0 + 0.05 * k for k in range(101)]
LOOKS = [*kinds_of(Likelihood.model_fields["look"].annotation)]
LOOKS.remove("Another set")  # which these models have not


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a card, one of classes without."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "plain", {"test_quantiles": QUANTILES})
    save(small_flow(1, channels=1, label_kind="class", num_labels=3), folder / "classes")
    return folder


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


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


@pytest.mark.parametrize("checkpoint", ["plain", "classes"])
def test_an_odd_picture_is_encoded_when_it_is_pressed(checkpoint: str) -> None:
    app = open_likelihood(checkpoint, likelihood="Out of distribution", seed="3")
    press(app, "out_of_distribution", 13)
    assert not app.exception
    (pin,) = app.session_state[pinned.STATE].pins
    flow = load(checkpoint)
    (picture, *_) = examples(flow, checkpoint).values()
    image = fit(picture.pixels, (8, 8), flow.config.channels)[0]
    assert (pin.name, pin.checkpoint) == ("noise", checkpoint)
    assert torch.equal(pin.image[None], out_of_distribution(image, 3)["noise"])
    labels = None if pin.labels is None else pin.labels[None]
    assert torch.equal(flow.decode(pin.z[None], labels), pin.image[None])


def test_the_median_of_samples_is_half_way_between_the_two_in_the_middle() -> None:
    assert "costs 2.50 bits/dim" in _notice(torch.tensor([1.0, 2.0, 3.0, 5.0]), 1.0, None)


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


def test_another_set_is_offered_where_there_is_one_and_counted(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_likelihood(likelihood="Another set")
    assert "Another set" not in app.segmented_control(key="likelihood").options
    flow, folder = small_flow(), models / "classes" / "examples"
    folder.mkdir()
    try:
        pictures = torch.randint(0, 256, (3, 8, 8, 3), generator=torch.Generator().manual_seed(0))
        for index, pixels in enumerate(pictures.byte().numpy()):
            Image.fromarray(pixels).save(folder / f"{index}.png")
        Image.fromarray(pictures[0].byte().numpy()).save(folder / "sample 1.png")
        app = open_likelihood(likelihood="Another set")
        shown = figure(app, "3 pictures of classes, with their bits/dim")
        bits = costs_of(flow, pictures.byte().permute(0, 3, 1, 2)).bits_per_dim
        assert shown["labels"] == [numeral(value, ".2f") for value in bits.tolist()]
        assert "The picture of the other looks: nothing here depends on it." in captions(app)
        assert not any("other looks" in text for text in captions(open_likelihood()))
        recipe = read_recipe(VIEWS, shown_recipe(app))
        assert isinstance(recipe.view, Likelihood)
        assert recipe.view.look == AnotherSet(other="classes")
        monkeypatch.chdir(tmp_path)
        Path("again.py").write_text(recipe.python(), encoding="utf-8")
        runpy.run_path("again.py")
        with Image.open("likelihood.png") as written:
            pixels = np.array(written.convert("RGBA"))
        assert np.array_equal(pixels, pixels_of(shown["source"], "RGBA"))
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("bits", "said"),
    [
        ([1.0, 2.0, 4.0], ["All 3 pictures", "most of them are likelier"]),
        ([1.0, 2.0, 9.0], ["2 of the 3", "most of them are likelier"]),
        ([6.0, 7.0, 8.0], ["None of the 3", "cost tells none apart"]),
        ([6.0, 21.0, 22.0], ["None of the 3", "2 cost more than any", "1 costs as much"]),
        ([21.0, 22.0, 23.0], ["None of the 3", "here cost alone tells them apart"]),
        ([-1.0, 7.0, 8.0], ["1 of the 3", "1 costs less than any", "2 cost as much"]),
    ],
)
def test_what_is_said_of_another_set_follows_from_the_counts(
    bits: list[float], said: list[str]
) -> None:
    words = in_words(torch.tensor(bits), [0.0, 2.5, 5.0, 10.0, 20.0], "b", "a")
    for part in said:
        assert part in words


def test_what_is_said_of_odd_pictures_follows_from_the_counts() -> None:
    quantiles = [0.0, 5.0, 20.0]
    told = [
        _verdict(torch.tensor(bits), quantiles)
        for bits in ([21.0, 22.0], [21.0, -1.0, 5.0], [5.0, 6.0])
    ]
    assert told[0].startswith("All of them cost more")
    assert told[1].startswith("1 of these 3 cost more")
    assert "1 of them less than any" in told[1]
    assert told[2].startswith("None of these 2 costs more")


def test_two_histograms_hold_every_picture_of_both() -> None:
    bits = torch.tensor([-1.0, 0.5, 0.5, 30.0])
    chart = two_histograms([0.0, 1.0, 2.0], bits, ("own", "others"))
    own, others = chart.data
    assert sum(own.y) == pytest.approx(100)
    assert sum(others.y) == pytest.approx(100)
    assert max(others.y) == pytest.approx(50)
    assert len(own.x) == len(others.x)


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
