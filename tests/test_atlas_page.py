"""The page Atlas: a press looks at a picture, and its neighbours are what a recipe makes."""

from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from app_pages import Offered, figure, open_page, pixels_of, sent, written_by
from flows import random_pictures, small_flow
from streamlit.testing.v1 import AppTest

from explorer.views.atlas import Atlas
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from realnvp.atlas_file import FACTS, write_atlas
from realnvp.checkpoint import save
from realnvp.explore.encode_set import PICTURES
from realnvp.viz import to_rgb

CLASSES = {"channels": 1, "label_kind": "class", "num_labels": 3}
NAMES = ("Coat", "T-shirt/top", "Bag")
ATTRIBUTES = {"label_kind": "attributes", "num_labels": 2, "label_names": ("Smiling", "Hat")}

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model of classes, with 30 pictures."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(**CLASSES, label_names=NAMES), folder / "tiny")
    add_pictures(folder / "tiny")
    return folder


def add_pictures(folder: Path) -> torch.Tensor:
    images = random_pictures(30, channels=1)
    write_atlas(folder, images, torch.arange(30) % 3, NAMES, "made here", "CC0")
    return images


def map_of(app: AppTest) -> dict:
    """What the map was told."""
    (found,) = [data for data in sent(app) if isinstance(data, dict) and "points" in data]
    return found


def test_arrives_with_all_pictures_on_the_map() -> None:
    app = open_page("atlas.py")
    assert not app.exception
    shown = map_of(app)
    assert len(shown["points"]) == len(shown["colours"]) == len(shown["titles"]) == 30
    assert shown["chosen"] == 0
    assert [word for _, word in shown["legend"]["pairs"]] == sorted(NAMES)
    assert any("30 test pictures. made here" in text.value for text in app.caption)
    assert "% of the variance" in shown["caption"]


def test_the_sheet_has_the_tiles_where_the_map_looks_for_them(own_models: Path) -> None:
    images = add_pictures(own_models / "tiny")
    app = open_page("atlas.py")
    (sheet,) = [data for data in sent(app) if isinstance(data, dict) and "sheet" in data][:1]
    shown, pixels = map_of(app), pixels_of(sheet["sheet"])
    assert shown["sheet"] == sheet["name"]
    row, column = divmod(28, shown["columns"])
    width, height = shown["tile"]
    tile = pixels[row * height :, column * width :][:height, :width, :3]
    assert np.array_equal(tile, to_rgb(images[28:29])[0])


@pytest.mark.parametrize("changes", [{}, ATTRIBUTES])
def test_a_model_without_pictures_shows_its_own(own_models: Path, changes: dict) -> None:
    save(small_flow(**changes), own_models / "alone")
    app = open_page("atlas.py", checkpoint="alone")
    assert not app.exception
    shown = map_of(app)
    assert len(shown["points"]) == PICTURES
    assert any("No test pictures came with this model" in text.value for text in app.caption)
    assert ("pairs" in shown["legend"]) == bool(changes)


def test_damaged_pictures_are_one_line_and_samples(own_models: Path) -> None:
    (own_models / "tiny" / FACTS).write_text("{")
    app = open_page("atlas.py")
    assert not app.exception
    assert "no JSON" in app.error[0].value
    assert len(map_of(app)["points"]) == PICTURES


def test_colours_follow_bits_and_norms() -> None:
    app = open_page("atlas.py", colour="Norm, level 2")
    shown = map_of(app)
    assert "scale" in shown["legend"]
    assert shown["titles"][4].startswith("no. 5, T-shirt/top: Norm, level 2 ")
    assert map_of(open_page("atlas.py", colour="nonsense"))["legend"]["pairs"]


def test_t_sne_has_a_map_of_its_own() -> None:
    app = open_page("atlas.py", projection="t-SNE")
    assert not app.exception
    assert "distances, sizes and gaps mean nothing" in map_of(app)["caption"]
    assert map_of(app)["points"] != map_of(open_page("atlas.py"))["points"]


def test_a_link_looks_at_a_picture_with_its_neighbours() -> None:
    app = open_page("atlas.py", at="12")
    assert figure(app, "Looked at: no. 12, Bag")
    assert map_of(app)["chosen"] == 11
    near = figure(app, "nearest to no. 12, Bag in latents")
    assert len(near["titles"]) == 16
    assert 11 not in map_of(app)["latents"]


def test_an_example_is_placed_and_looked_at_on_both_maps() -> None:
    app = open_page("atlas.py", place="true")
    assert not app.exception
    shown = map_of(app)
    assert shown["chosen"] == -1
    assert shown["placed"]["title"] == "Coat"
    assert figure(app, "Looked at: Coat")
    other = open_page("atlas.py", place="true", at="3", projection="t-SNE")
    assert map_of(other)["chosen"] == 2
    assert map_of(other)["placed"]["x"] != shown["placed"]["x"]


def test_the_switch_leads_to_the_placed_picture_and_back() -> None:
    app = open_page("atlas.py", at="5")
    app.toggle(key="place").set_value(True).run()
    assert map_of(app)["chosen"] == -1
    app.toggle(key="place").set_value(False).run()
    assert map_of(app)["chosen"] == 0
    assert not app.exception
    assert not app.warning


# Recipes


@pytest.mark.parametrize(
    "link",
    [
        {"at": "12", "colour": "Bits/dim", "marks": "Dots"},
        {"place": "true", "example": "Bag", "class_of_picture": "Bag"},
    ],
)
def test_the_recipe_restores_the_view_and_its_program_the_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered, link: dict[str, str]
) -> None:
    app = open_page("atlas.py", **link)
    made, pixels = offered[-1]
    recipe = read_recipe({"atlas": Atlas}, made)
    assert link.items() <= recipe.query().items()
    again = parse_qs(recipe.link().partition("?")[2])
    assert map_of(open_page("atlas.py", **again)) == map_of(app)

    written = written_by(recipe.python(), tmp_path, monkeypatch)
    assert np.array_equal(written["neighbours.png"], pixels)


def test_only_a_picture_that_was_placed_can_be_looked_at() -> None:
    assert Atlas(at=0).at == 1
    assert Atlas(at=0, place=True).at == 0
    with pytest.raises(RecipeError, match="projection must be 'PCA'"):
        read_recipe({"atlas": Atlas}, Recipe("tiny", Atlas()).json() | {"projection": "MDS"})
