"""The page Repair: it opens, says what it shows, and its recipe and program make it again."""

import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import app_pages
import numpy as np
import pytest
import torch
from app_pages import figure, figures, pixels_of, shown_recipe, written_by
from flows import MODELS, small_flow
from streamlit.testing.v1 import AppTest

import explorer.ui.repair.search as search
from explorer.pages import VIEWS
from explorer.ui.repair.missing import _largest, _percents
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.repair import Boxed, Repair
from explorer.views.view import kinds_of
from realnvp.explore.inverse_problems import solve
from realnvp.explore.measurements import Hole
from realnvp.inference import fold

FEW = {"steps": "3"}
ENTRIES: dict[str, dict[str, Any]] = {
    "Paint": {"hole": [[2.0, 3.5, 2.0], [6.0, 6.0, 1.0]]},
    "Box": {"box_rows": [25.0, 75.0], "box_columns": [0.0, 50.0]},
    "Half": {"half": "upper"},
    "Colour": {},
    "Detail": {"enlarge": 2},
    "Noise": {"strength": 20.0},
}

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(models_of_each_kind: Path) -> Path:
    return models_of_each_kind


@pytest.fixture(autouse=True)
def _first_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody before a test has searched for the same."""
    monkeypatch.setattr(search, "_kept", OrderedDict())


def open_page(checkpoint: str = "tiny", **query: Any) -> AppTest:
    """The page as a first visitor with this link sees it."""
    app = app_pages.open_page("repair.py", **({"checkpoint": checkpoint} | FEW | query))
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("missing", ENTRIES)
def test_the_words_say_which_pixels_an_answer_is_judged_by(missing: str) -> None:
    app = open_page(missing=missing)
    (words,) = [text.value for text in app.markdown if "What to notice" in text.value]
    hole = missing in ("Paint", "Box", "Half")
    there = "PSNR where nothing was known" if hole else "PSNR over the whole picture"
    assert there in words
    assert there in figure(app, "pictures that fit")["caption"]
    assert "how little" not in words


def recipe_of(missing: str, checkpoint: str = "tiny", **changes: Any) -> dict[str, Any]:
    label = {"digits": {"label": "3"}, "faces": {"label": ["Hat"]}}.get(checkpoint, {})
    return {
        "page": "repair",
        "checkpoint": checkpoint,
        "picture": {
            "source": "Example",
            "example": "sample 2",
            "zoom": 1.0,
            "left_right": 50.0,
            "up_down": 50.0,
        },
        **label,
        "problem": {"missing": missing} | ENTRIES[missing],
        "temperature": 0.8,
        "seed": 4,
        "steps": 3,
        "until": 200,
        "moves": "latent",
    } | changes


def open_recipe(recipe: dict[str, Any]) -> AppTest:
    query = parse_qs(urlsplit(read_recipe(VIEWS, recipe).link()).query, keep_blank_values=True)
    return open_page(**{k: v if len(v) > 1 else v[0] for k, v in query.items()})


def four(app: AppTest) -> np.ndarray:
    """The pictures of the four seeds, uint8 (H, W, channels)."""
    return pixels_of(figure(app, "4 pictures that fit")["source"])


@pytest.mark.parametrize("model", MODELS)
def test_pictures_have_words_whatever_the_model(model: str) -> None:
    app = open_page(model)
    assert len(app.title) == 1
    assert all(shown["alt"] for shown in figures(app))
    assert "What to notice" in app.markdown[-2].value
    assert ("Colour" in app.segmented_control(key="missing").options) == (
        MODELS[model].get("channels", 3) == 3
    )


@pytest.mark.parametrize(
    ("missing", "checkpoint", "changes"),
    [
        *((missing, "tiny", {}) for missing in ENTRIES),
        ("Half", "digits", {}),
        ("Colour", "faces", {}),
        ("Paint", "tiny", {"moves": "pixels"}),
        ("Noise", "tiny", {"steps": 25, "until": 13}),
    ],
)
def test_a_recipe_shows_its_view_again_and_its_program_the_same_pixels(
    missing: str,
    checkpoint: str,
    changes: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "SLICE", 0.0)  # the page stops after every step
    recipe = recipe_of(missing, checkpoint, **changes)
    app = open_recipe(recipe)
    assert shown_recipe(app) == recipe
    written = written_by(read_recipe(VIEWS, recipe).python(), tmp_path, monkeypatch)
    shown = [pixels_of(data["source"]) for data in figures(app)]
    assert len(written) == 2
    for pixels in written.values():
        assert any(np.array_equal(pixels, others) for others in shown)


def test_all_kinds_are_tried() -> None:
    assert set(kinds_of(Repair.model_fields["problem"].annotation)) == set(ENTRIES)


def test_another_seed_and_another_temperature_give_other_pictures() -> None:
    app = open_page()
    before = four(app)
    app.number_input(key="seed").set_value(5.0).run()
    other = four(app)
    assert not np.array_equal(before, other)
    app.slider(key="temperature").set_value(1.4).run()
    assert not np.array_equal(other, four(app))


def test_the_truth_is_shown_to_those_who_press() -> None:
    app = open_page(missing="Half")
    assert not any("the truth" in data["alt"] for data in figures(app))
    app.toggle(key="truth").set_value(True).run()
    truth = pixels_of(figure(app, ", the truth")["source"])
    known = pixels_of(figure(app, "what is known of it")["source"])
    assert np.array_equal(truth[:, 4:], known[:, 4:])
    assert not np.array_equal(truth, known)


def test_a_search_that_was_stopped_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = steps_taken(monkeypatch)
    app = open_page(steps="12", until="7")
    assert "at step 7" in figure(app, "4 pictures")["alt"]
    stopped = four(app)
    app.button(key="repair_go_on").click().run()
    assert "at step 12" in figure(app, "4 pictures")["alt"]
    assert sum(taken) == 12
    assert "All 12 steps are taken." in [caption.value for caption in app.caption]
    whole = open_page(steps="12")
    assert np.array_equal(four(whole), four(app))
    assert not np.array_equal(four(app), stopped)
    app.slider(key="until").set_value(7).run()
    assert np.array_equal(four(app), stopped)


def steps_taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of all visitors together, call by call."""
    taken: list[int] = []
    advance = search.advance

    def counted(*given: Any) -> Any:
        found = advance(*given)
        taken.append(found.step - given[2].step)
        return found

    monkeypatch.setattr(search, "advance", counted)
    return taken


def test_visitors_who_look_for_the_same_have_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SLICE", 0.0)  # seconds: each call is a step
    monkeypatch.setattr(search, "run", lambda function, *given: function(*given))
    taken, flow, view = steps_taken(monkeypatch), fold(small_flow()), Repair(steps=22)
    (image,) = view.made(flow)

    def visit(stop: int) -> search.Going:
        going = search._begun(flow, view, image, "the same")
        for _ in search._slices(flow, going, stop):
            pass
        return going

    early = visit(7)
    with ThreadPoolExecutor(4) as visitors:
        goings = list(visitors.map(visit, [22] * 4))
    assert sum(taken) == 22
    expected = view.draw(flow, image).state
    for going in goings:
        assert [state.step for state in going.states] == [0, 10, 20, 22]
        assert torch.equal(going.states[-1].images, expected.images)
    late = visit(7)
    assert sum(taken) == 22 + 7
    assert torch.equal(late.search.variable, early.search.variable)
    assert not torch.equal(late.search.variable, goings[0].search.variable)
    assert torch.equal(visit(20).search.variable, goings[1].taken.searches[20].variable)
    assert sum(taken) == 22 + 7


def test_another_seed_or_picture_is_another_search(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = steps_taken(monkeypatch)
    for changes in ({}, {"seed": "1"}, {"example": "sample 2"}, {"missing": "Half"}):
        open_page(**changes)
    assert sum(taken) == 12
    open_page(seed="1")
    assert sum(taken) == 12


def test_what_was_found_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()
    monkeypatch.setattr(search, "run", None)  # whoever asked the model would fail
    app.toggle(key="truth").set_value(True).run()
    assert not app.exception


def test_painting_makes_another_hole() -> None:
    app = open_page()
    before = figure(app, "what is known of it")["alt"]
    app.slider(key="disc_row").set_value(1.0)
    app.slider(key="disc_column").set_value(1.0)
    app.slider(key="radius").set_value(1.5).run()
    app.button(key="hole_paint").click().run()
    assert figure(app, "what is known of it")["alt"] != before
    assert app.text_input(key="hole").value.endswith(", 1 1 1.5")
    app.button(key="hole_undo").click().run()
    assert figure(app, "what is known of it")["alt"] == before
    app.button(key="hole_clear").click().run()
    assert "all but 0 of 64 pixels" in figure(app, "what is known of it")["alt"]
    assert "Nothing is missing here" in app.markdown[-2].value


def test_a_box_is_one_of_whole_pixels_that_links_bring_back() -> None:
    for size in ((8, 8), (32, 24), (64, 64)):
        for box in ((0, 0, size[1], size[0]), (1, 2, 6, 3), (3, 1, 4, 8)):
            found = _percents(box, size)
            view = Boxed(rows=found["box_rows"], columns=found["box_columns"])
            assert view.sides(size) == box
            width, height = _largest(box, size)
            assert width <= size[1] + 1e-9
            assert height <= size[0] + 1e-9
            assert width / height == pytest.approx((box[2] - box[0]) / (box[3] - box[1]))


def test_a_box_that_holds_no_pixel_leaves_the_picture() -> None:
    app = open_page(missing="Box", box_rows=["50", "50"])
    assert "This box holds no pixel: nothing is missing." in [c.value for c in app.caption]
    assert "Nothing is missing here" in app.markdown[-2].value


def test_a_press_offers_the_picture_and_its_pin_decodes_to_it() -> None:
    app = open_page(missing="Half")
    app_pages.press(app, "repaired", 2, "way")
    assert app_pages.figure(app, "No. 3 at steps")
    app_pages.press(app, "repaired", 2)
    (pin,) = app.session_state[app_pages.pinned.STATE].pins
    shown = four(app)[10:, :8, :3]  # the first of the second row
    assert np.array_equal(pin.image.permute(1, 2, 0).numpy(), shown)
    flow = fold(small_flow())
    assert (flow.decode(pin.z[None])[0] == pin.image).all()
    assert pin.recipe["frame"] == 3
    assert pin.recipe["page"] == "repair"


def test_the_view_is_what_the_core_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = fold(small_flow())
    monkeypatch.setattr(flow, "name", "tiny")
    view = Repair(problem=Boxed(rows=(0.0, 50.0)), steps=12, seed=3)
    (image,) = view.made(flow)
    shown = view.draw(flow, image)
    hole = view.problem.measurement((8, 8))
    assert isinstance(hole, Hole)
    *_, last = solve(flow, hole, hole.known(image), temperature=0.7, steps=12, seed=3, count=4)
    assert (shown.frames.images == last.images).all()
    assert shown.truth_bits == pytest.approx(float(flow.bits_per_dim(image)))
    assert (shown.frames.images.where(~hole.missing, 0) == image.where(~hole.missing, 0)).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"problem": {"missing": "Hair"}}, "problem must be from one of"),
        ({"problem": {"missing": "Half", "half": "back"}}, "half must be"),
        ({"problem": {"missing": "Detail", "enlarge": 3}}, "enlarge must be 2 or 4"),
        ({"problem": {"missing": "Paint", "hole": [[0, 0, 1]] * 65}}, "at most 64"),
        ({"moves": "both"}, "moves must be"),
        ({"steps": 2.5}, "steps must be a whole number"),
    ],
)
def test_a_recipe_of_no_view_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        read_recipe(VIEWS, recipe_of("Half") | changes).json()


def test_numbers_out_of_range_are_the_nearest() -> None:
    view = read_recipe(VIEWS, recipe_of("Noise") | {"temperature": 0.0, "steps": 9999}).view
    assert isinstance(view, Repair)
    assert view.temperature == pytest.approx(0.1)
    assert view.steps == 200


def test_one_slice_of_all_searches_waits_for_the_model_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that a live picture has to wait for one at most, however many visitors search."""
    now: list[int] = []
    most: list[int] = []

    def run(number: int) -> int:
        now.append(number)
        most.append(len(now))
        time.sleep(0.01)
        now.remove(number)
        return number

    monkeypatch.setattr(search, "run", lambda function, *given: function(*given))
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(lambda number: search._run(run, number), range(16)))
    assert answers == list(range(16))
    assert set(most) == {1}
