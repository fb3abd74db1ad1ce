"""The page Multi-scale: each view opens, changes what it says, and is made again by its recipe."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import app_pages
import numpy as np
import pytest
import torch
from app_pages import figure, figures, pixels_of, sent, shown_recipe, unfold, written_by
from flows import MODELS, small_flow
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.tray.pins import Pin
from explorer.ui import pinned
from explorer.ui.brush import read_stroke
from explorer.ui.layouts import layout_of
from explorer.ui.multiscale.subject import levels_in_words
from explorer.ui.scenes import Grid, scenes
from explorer.views import multiscale
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.settings import Switch
from explorer.views.view import kinds_of
from realnvp.checkpoint import save
from realnvp.explore.levels import resample
from realnvp.viz import image_grid

EXPERIMENT = multiscale.Multiscale.model_fields["experiment"]
ROOT = Path(__file__).resolve().parent.parent
A = {"from": "Sample", "seed": 7, "temperature": 0.9, "picture": 1}
B = {"from": "Sample", "seed": 8, "temperature": [0.6, 0.5, 1.0], "picture": 2}
NOISE = {"seed": 5, "temperature": 0.8}
ENTRIES: dict[str, dict[str, Any]] = {
    "Every level": {"each": 8, **NOISE},
    "Resample": {"resampled": [1, 3], "variants": 36, **NOISE},
    "Zero": {},
    "Temperature": {"factor": [0.5, 1.0, 1.5]},
    "Swap": {"b": B, "swapped": [2]},
    "Compress": {"rows": 1, **NOISE},
    "Paste": {"b": B, "pasted": [2, 3], "discs": [[1.0, 2.5, 2.0], [6.0, 6.0, 1.0]]},
    "Maps": {},
}

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(models_of_each_kind: Path) -> Path:
    return models_of_each_kind


def open_page(show: str = "Resample", checkpoint: str = "tiny", **query: Any) -> AppTest:
    """The page as a first visitor with this link sees it."""
    app = app_pages.open_page("multiscale.py", **({"show": show, "checkpoint": checkpoint} | query))
    assert not app.exception
    assert not app.error
    return app


def recipe_of(show: str, checkpoint: str = "tiny") -> dict[str, Any]:
    view = {"show": show} | ENTRIES.get(show, {})
    label = {"digits": {"label": "3"}, "faces": {"label": ["Hat"]}}.get(checkpoint, {})
    view |= {"b": B | label} if "b" in view else {}
    return {"page": "multiscale", "checkpoint": checkpoint, "a": A | label, "experiment": view}


def open_recipe(recipe: dict[str, Any]) -> AppTest:
    query = parse_qs(urlsplit(read_recipe(VIEWS, recipe).link()).query, keep_blank_values=True)
    return open_page(**{k: v if len(v) > 1 else v[0] for k, v in query.items()})


@pytest.mark.parametrize(
    ("show", "checkpoint"),
    [("Resample", "digits"), ("Compress", "faces"), ("Paste", "digits"), ("Temperature", "faces")],
)
def test_a_view_of_a_conditional_model_has_pictures_with_words(show: str, checkpoint: str) -> None:
    app = open_page(show, checkpoint)
    assert app.segmented_control(key="show").value == show
    assert len(app.title) == 1
    assert len(sent(app)) > 1
    assert all(shown["alt"] for shown in figures(app))


@pytest.mark.parametrize(
    ("show", "checkpoint"),
    [
        *((show, "tiny") for show in ENTRIES),
        ("Swap", "faces"),
        ("Label", "faces"),
        ("Label", "digits"),
    ],
)
def test_a_recipe_shows_its_view_again_and_its_program_the_same_pixels(
    show: str, checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_of(show, checkpoint)
    app = open_recipe(recipe)
    assert shown_recipe(app) == recipe
    written = written_by(read_recipe(VIEWS, recipe).python(), tmp_path, monkeypatch)
    shown = [pixels_of(data["source"]) for data in figures(app)]
    assert written
    for pixels in written.values():
        assert any(np.array_equal(pixels, others) for others in shown)


def test_every_level_has_a_row_with_new_noise_in_that_level_alone() -> None:
    flow = small_flow()
    app = open_page("Every level", seed="5", temperature="0.8")
    shown = figure(app, "variants with new noise in each of 3 levels in turn, seed 5")
    a = flow.draw(1, 0.7, torch.Generator().manual_seed(1))
    rows = []
    for level in range(3):
        noise = torch.Generator().manual_seed(5)
        rows += [a, resample(flow, a, [level], 5, noise, 0.8)]
    pictures = flow.decode(torch.cat(rows))
    assert np.array_equal(pixels_of(shown["source"], "RGB"), image_grid(pictures, 6, 2)[..., :3])
    assert [label for label in shown["labels"] if label.startswith("level")] == [
        "level 1",
        "level 2",
        "level 3",
    ]
    (notice,) = [text.value for text in app.markdown if "What to notice" in text.value]
    for row in pictures.unflatten(0, (3, 6))[:, 1:]:
        moved = float(row.double().var(dim=0, correction=0).mean().sqrt())
        assert f"**{moved:.1f}** in level" in notice


@pytest.mark.parametrize("show", ["Every level", "Resample", "Compress", "Temperature"])
def test_pictures_follow_the_sliders_while_they_are_held(show: str) -> None:
    (live,) = [shown["live"] for shown in figures(open_page(show)) if shown["live"]]
    factors = show == "Temperature"
    keys = ["factor_1", "factor_2", "factor_3"] if factors else ["temperature"]
    assert live["sliders"] == keys
    grid = scenes().find(live["token"])
    assert isinstance(grid, Grid)
    moved = [0.4, 1.0, 1.2] if factors else [0.4]
    query = {key: str(value) for key, value in zip(keys, moved, strict=True)}
    released = [shown for shown in figures(open_page(show, **query)) if shown["live"]]
    pixels = image_grid(grid.draw(small_flow(), moved), grid.columns, 2)
    assert np.array_equal(pixels, pixels_of(released[0]["source"]))


KINDS = kinds_of(multiscale.Multiscale.model_fields["experiment"].annotation)


def test_a_layout_goes_with_every_experiment() -> None:
    assert set(KINDS) == {*ENTRIES, "Label"}
    assert len({layout_of("multiscale", kind) for kind in KINDS.values()}) == len(KINDS)


class Resample(multiscale.Resample):
    mirrored: Annotated[bool, Switch("Mirrored")] = False


class Multiscale(multiscale.Multiscale):
    experiment: Annotated[Resample | multiscale.Zero, *EXPERIMENT.metadata] = Resample()


def test_a_new_field_of_an_experiment_is_a_control_in_the_link_the_recipe_and_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multiscale, "Multiscale", Multiscale)
    monkeypatch.setitem(VIEWS, "multiscale", Multiscale)
    app = open_page()
    assert app.toggle(key="mirrored").label == "Mirrored"
    app.toggle(key="mirrored").set_value(True).run()
    assert "mirrored=true" in read_recipe(VIEWS, shown_recipe(app)).link()
    recipe = shown_recipe(app)
    assert recipe["experiment"]["mirrored"] is True
    assert "Resample(mirrored=True)" in read_recipe(VIEWS, recipe).python()
    assert open_recipe(recipe).toggle(key="mirrored").value is True


def test_the_menu_shows_the_code_that_draws_beside_the_program() -> None:
    app = unfold(open_page("Zero"), "Recipe")
    sources = [code.value for code in app.code if code.language == "python"]
    assert "Multiscale(experiment=Zero())" in sources[0]
    assert "ablations(flow, a.z)" in sources[1]


def test_what_is_chosen_on_arrival_depends_on_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    save(small_flow(num_levels=2), tmp_path / "two")
    assert open_page("Swap", "two").pills(key="swapped").value == [2]
    app = open_page("Paste", "two")
    assert app.pills(key="pasted").value == [1, 2]
    assert app.text_input(key="discs").value == "4 4 2"
    app = open_page("Temperature", "two")
    sliders = {s.key: s.value for s in app.slider if s.key and s.key.startswith("factor")}
    assert sliders == {"factor_1": 0.0, "factor_2": 1.0}


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"show": "Melt"}, "experiment must be from one of"),
        ("Zero", "experiment must be an object"),
        ({"show": "Zero", "levels": [1]}, "unknown"),
        ({"show": "Compress", "rows": 3, **NOISE}, "rows must be 1, 2 or 4"),
        ({"show": "Swap", "b": {"from": "nowhere"}}, "b must be from one of"),
        ({"show": "Paste", "b": B, "pasted": [], "discs": [[1, 2]]}, "discs.0"),
        ({"show": "Paste", "b": B, "pasted": [], "discs": [[0, 0, 1]] * 65}, "at most 64"),
        ({"show": "Temperature", "factor": []}, "factor must have at least 1"),
    ],
)
def test_a_recipe_of_no_view_is_refused(view: Any, words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        read_recipe(VIEWS, recipe_of("Zero") | {"experiment": view}).json()


def test_new_noise_in_no_level_leaves_every_variant_as_a() -> None:
    app = open_page(resampled="")
    data = figure(app, "variants of seed 1")
    tiles = pixels_of(data["source"])
    assert "new noise in no level" in data["alt"]
    a = pixels_of(figure(app, "A: seed 1")["source"])
    assert np.array_equal(tiles[:8, :8, :3], a)
    assert np.array_equal(tiles[10:18, 30:38, :3], a)
    assert "up to 0.0 of 255" in figure(app, "Standard deviation")["alt"]


def test_choosing_a_level_changes_the_variants_and_their_spread() -> None:
    app = open_page()
    before = figure(app, "16 variants")["source"]
    spread = figure(app, "Standard deviation")["source"]
    app.pills(key="resampled").set_value([3]).run()
    assert figure(app, "16 variants")["source"] != before
    assert figure(app, "Standard deviation")["source"] != spread
    assert "new noise in level 3," in figure(app, "16 variants")["alt"]


def test_factors_of_one_change_nothing() -> None:
    app = open_page("Temperature", factor_1="1", factor_2="1", factor_3="1")
    before, after = np.split(
        pixels_of(figure(app, "and with its levels")["source"])[:, :, :3], [9], 1
    )
    assert np.array_equal(before[:, :8], after[:, 1:])
    app.slider(key="factor_3").set_value(0.0).run()
    before, after = np.split(
        pixels_of(figure(app, "and with its levels")["source"])[:, :, :3], [9], 1
    )
    assert not np.array_equal(before[:, :8], after[:, 1:])


def test_swapping_all_levels_swaps_the_pictures_of_a_conditional_model() -> None:
    app = open_page("Swap", "digits", swapped=["1", "2", "3"], b_class="4")
    row = pixels_of(figure(app, "A with B's levels 1, 2 and 3")["source"])
    a, of_a, of_b, b = (row[:, at : at + 8, :3] for at in (0, 10, 20, 30))
    assert np.array_equal(a, of_b)
    assert np.array_equal(b, of_a)
    assert not np.array_equal(a, b)


def test_all_combinations_are_labelled_with_their_owners() -> None:
    labels = figure(open_page("Swap"), "All 8 combinations")["labels"]
    assert labels == ["AAA", "BAA", "ABA", "BBA", "AAB", "BAB", "ABB", "BBB"]


def test_the_table_tells_which_levels_are_kept_how_far() -> None:
    app = open_page("Compress")
    (table,) = [text.value for text in app.markdown if text.value.startswith("| Kept of")]
    assert "| level 3 | 100 % | 100 % | 100 % | 50 % | 25 % |" in table
    assert "rest 0, then new in 2 rows" in " ".join(shown["alt"] for shown in figures(app))


def test_nothing_painted_changes_nothing_and_undo_brings_the_paint_back() -> None:
    app = open_page("Paste")
    painted = figure(app, "in 1 disc,")["source"]
    app.button(key="discs_clear").click().run()
    nothing = figure(app, "in 0 discs,")["source"]
    assert nothing != painted
    assert (
        len(np.unique(pixels_of(figure(app, "in 0 discs,")["source"]).reshape(-1, 3), axis=0)) == 1
    )
    app.button(key="discs_undo").click().run()
    assert figure(app, "in 1 disc,")["source"] == painted


def test_a_disc_can_be_painted_without_a_pointer() -> None:
    app = open_page("Paste", discs="")
    app.slider(key="disc_row").set_value(2.5)
    app.slider(key="disc_column").set_value(6.0)
    app.slider(key="radius").set_value(1.5).run()
    app.button(key="discs_paint").click().run()
    assert app.text_input(key="discs").value == "2.5 6 1.5"
    assert figure(app, "to paint on")["discs"] == [[2.5, 6.0, 1.5]]


def test_text_that_is_no_disc_is_one_line_and_nothing_is_painted() -> None:
    app = open_page("Paste", discs="<b> 1 2")
    assert "A disc is three numbers" in app.warning[0].value
    assert figure(app, "to paint on")["discs"] == []
    app.button(key="discs_paint").click().run()
    assert not app.warning


@pytest.mark.parametrize(
    ("stroke", "discs"),
    [
        (None, []),
        ({"row": 1}, []),
        ([[1, 2], [3.2, 4.4]], [(1.0, 2.0, 2.0), (3.0, 4.5, 2.0)]),
        ([[1, 2, 3], ["1", 2], [None, 2], 5, [float("nan"), 1], [1e308, 1]], []),
        ([[-99, 99]], [(0.0, 8.0, 2.0)]),
        ([[1, 1]] * 900, [(1.0, 1.0, 2.0)] * 64),
    ],
)
def test_a_stroke_is_clamped_and_what_is_none_left_out(stroke: Any, discs: Any) -> None:
    assert read_stroke(stroke, 2.0, (8, 8)) == discs


def test_every_class_is_tried_and_the_own_one_gives_a_back() -> None:
    app = open_page("Label", "digits", a_class="6")
    data = figure(app, "made as 6, decoded under 10 labels")
    assert data["pressed"] == 6
    assert np.array_equal(
        pixels_of(data["source"])[10:18, 10:18, :3], pixels_of(figure(app, "A: ")["source"])
    )


def test_attributes_are_flipped_one_at_a_time() -> None:
    app = open_page("Label", "faces", a_attributes=["Hat"])
    assert figure(app, "made Hat")["labels"] == ["A", "+ Smiling", "− Hat"]


def test_a_model_without_labels_has_no_view_of_them() -> None:
    app = open_page("Label")
    assert "Label" not in app.segmented_control(key="show").options
    figure(app, "5 variants with new noise in each of 3 levels")


def test_the_view_survives_a_change_of_model_that_does_not_have_it() -> None:
    app = open_page("Label", "digits")
    app.sidebar.selectbox[0].select("tiny").run()
    assert not app.exception
    figure(app, "5 variants with new noise in each of 3 levels")


@pytest.mark.parametrize(
    "query",
    [
        {"show": "<b>"},
        {"resampled": ["9", "-1"], "variants": "1000000", "seed": "1e400", "temperature": "nan"},
        {"show": "Temperature", "factor_1": "1e9", "factor_2": "-4"},
        {"show": "Paste", "pasted": "0", "discs": "1e308 1 1e308, 0 0 -1"},
        {"show": "Compress", "rows": "-1"},
    ],
)
def test_what_a_link_cannot_mean_falls_back(query: dict[str, Any]) -> None:
    assert sent(open_page(**query))


@pytest.mark.parametrize(
    ("model", "changes"),
    [("one", {"num_levels": 1}), ("five", {"num_levels": 5, "image_size": (16, 16), "width": 2})],
)
def test_other_numbers_of_levels_work(
    model: str, changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    save(small_flow(**changes), tmp_path / model)
    for show in ("Zero", "Swap", "Temperature"):
        assert len(sent(open_page(show, model))) > 1


def pressed(key: str, index: int, **query: Any) -> Pin:
    """What goes into the tray when a tile is pressed."""
    app = app_pages.press(open_page(**query), key, index)
    assert not app.exception
    (pin,) = app.session_state[pinned.STATE].pins
    return pin


def test_a_pressed_variant_is_pinned_as_it_was_made() -> None:
    flow = small_flow()
    noise = torch.Generator().manual_seed
    z = resample(flow, flow.draw(1, 0.7, noise(1)), [0], 16, noise(0), 0.7)
    pin = pressed("variants_shown", 5)
    assert torch.equal(pin.z, z[5])
    assert torch.equal(pin.image, flow.decode(z)[5])
    assert pin.name == "variant 6 of seed 1, T = 0.70, new level 1"
    assert pin.labels is None


def test_a_pressed_combination_is_pinned_with_its_label() -> None:
    query = {"show": "Swap", "checkpoint": "digits", "a_class": "2", "b_class": "9"}
    pin = pressed("combined", 7, **query)
    model = small_flow(**MODELS["digits"])
    assert int(pin.labels) == 9  # type: ignore[arg-type]
    assert torch.equal(pin.image, model.decode(pin.z[None], pin.labels[None])[0])  # type: ignore[index]


def test_levels_are_told_in_words() -> None:
    assert [levels_in_words(levels) for levels in ([], [2], [1, 3], [1, 2, 3])] == [
        "no level",
        "level 2",
        "levels 1 and 3",
        "levels 1, 2 and 3",
    ]
