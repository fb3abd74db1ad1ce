"""The page Toy: it trains to the step it is asked for, and shows what the core computes."""

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import streamlit as st
from app_pages import Offered, figure, figures, open_page, pixels_of, written_by
from patience import wait_until
from streamlit.testing.v1 import AppTest

from explorer.ui.toy import board, draw, live
from explorer.ui.toy.live import Places
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from explorer.views.toy import Toy
from realnvp import NonFiniteError
from realnvp.toy import ToySettings, ToyTraining
from realnvp.toy.drawing import MAX_DOTS, from_text, to_text
from realnvp.toy.views import density_pixels, log_density

pytestmark = pytest.mark.usefixtures("checkpoints")

SMALL = {"couplings": "4", "width": "8"}
DOTS = to_text([(0.1 * step, 0.5) for step in range(-20, 20)])
VIEW = Toy(
    seed=3,
    couplings=4,
    width=8,
    steps=12,
    temperature=0.5,
    layer=2.5,
    shown=("data", "grid"),
    straight="latent",
    log_scale=True,
)
VIEWS = {
    "moons": VIEW,
    "text": VIEW.model_copy(update={"data": "text", "text": "a \"b'"}),
    "drawn": VIEW.model_copy(update={"data": "drawn", "drawn": DOTS}),
}


def shown(app: AppTest, words: str = "Density of the toy") -> np.ndarray:
    return pixels_of(figure(app, words)["source"])[..., :3]


def numbers(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def is_training(app: AppTest) -> bool:
    return app.button(key="toy_train").label == "Pause"


def wait(app: AppTest) -> AppTest:
    """Let the clock of the fragment run, as a browser does, until the training ends."""
    wait_until(lambda: not is_training(app) or not app.run(), pause=0)
    return app


def test_it_opens_untrained_with_a_gaussian() -> None:
    app = open_page("toy.py")
    assert not app.exception
    assert len(app.title) == 1
    assert numbers(app)["Step"] == "0"
    assert np.array_equal(shown(app, "moons after 0 steps, seed 0"), core_pixels(steps=0))


def core_pixels(steps: int, *, log_scale: bool = False, **settings: Any) -> np.ndarray:
    training = ToyTraining(ToySettings(**settings))
    training.train_to(steps)
    return density_pixels(log_density(training.flow), log_scale=log_scale)


def test_ten_steps_move_the_loss_that_is_shown() -> None:
    app = open_page("toy.py", **SMALL)
    training = ToyTraining(ToySettings(couplings=4, width=8))
    seen = []
    for steps in (0, 10, 20, 30):
        training.train_to(steps)
        loss = -training.flow.log_prob(training.points.held_out).mean().item()
        assert numbers(app)["Loss (nats)"] == f"{loss:.3f}"
        gap = f"{loss - training.points.own_loss:.3f}"
        assert numbers(app)["Gap (nats)"] == gap
        (curve,) = [data["loss"]["held_out"] for data in figures(app) if "loss" in data]
        assert curve[-1] == [steps, round(loss, 4)]
        seen.append(loss)
        app.button(key="toy_steps").click().run()
    assert len(set(seen)) == 4
    assert training.held_out == [(0, seen[0]), (25, pytest.approx(seen[2], abs=0.5))]


def test_while_it_trains_the_board_is_sent_before_the_next_steps_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[tuple[str, int]] = []
    look, take, element = board._look, live._take, board._element

    def looks(training: ToyTraining, *how: Any) -> board.Seen:
        done.append(("look", training.step))
        return look(training, *how)

    def takes(training: ToyTraining, *how: Any) -> None:
        done.append(("steps", training.step))
        take(training, training.step + 10, math.inf)

    def shows(**given: Any) -> Any:
        done.append(("board", given["data"]["loss"]["held_out"][-1][0]))
        return element(**given)

    monkeypatch.setattr(live, "SLICE", live.TURN)  # one in a run
    app = open_page("toy.py", until="1000", **SMALL)
    app.button(key="toy_train").click().run()
    monkeypatch.setattr(board, "_look", looks)
    monkeypatch.setattr(live, "_take", takes)
    monkeypatch.setattr(board, "_element", shows)
    app.run()
    app.run()
    first = done[0][1]
    assert done == [
        ("board", first),
        ("steps", first),
        ("look", first + 10),
        ("board", first + 10),
        ("steps", first + 10),
        ("look", first + 20),
    ]


def test_ten_steps_are_ten_steps_of_the_core() -> None:
    app = open_page("toy.py", **SMALL)
    app.button(key="toy_steps").click().run()
    app.button(key="toy_steps").click().run()
    assert not app.exception
    assert numbers(app)["Step"] == "20"
    assert np.array_equal(shown(app), core_pixels(20, couplings=4, width=8))


def test_training_ends_where_it_was_asked_to_and_is_that_of_the_core() -> None:
    app = open_page("toy.py", until="60", **SMALL)
    before = shown(app)
    assert not is_training(app)
    wait(app.button(key="toy_train").click().run())
    assert not app.exception
    assert numbers(app)["Step"] == "60"
    assert float(numbers(app)["Loss (nats)"]) < 2.8
    assert not np.array_equal(shown(app), before)
    assert np.array_equal(shown(app), core_pixels(60, couplings=4, width=8))


def test_a_pause_stops_it_and_a_reset_forgets_it() -> None:
    app = open_page("toy.py", **SMALL)
    app.button(key="toy_train").click().run()
    assert is_training(app)
    app.button(key="toy_train").click().run()
    step = numbers(app)["Step"]
    assert int(step) > 0
    assert numbers(app.run())["Step"] == step
    app.button(key="toy_reset").click().run()
    assert numbers(app)["Step"] == "0"
    assert not is_training(app)


def test_at_its_end_it_says_how_to_go_on_and_below_it_begins_anew() -> None:
    app = open_page("toy.py", until="10", **SMALL)
    app.button(key="toy_steps").click().run()
    app.button(key="toy_train").click().run()
    assert "step 10 already" in app.toast[0].value
    assert not is_training(app)
    app.number_input(key="until").set_value(5.0).run()
    assert numbers(app)["Step"] == "10"
    wait(app.button(key="toy_train").click().run())
    assert numbers(app)["Step"] == "5"


@pytest.mark.parametrize("button", ["toy_steps", "toy_train"])
def test_who_trains_changes_nothing_for_who_has_not_begun(button: str) -> None:
    others = open_page("toy.py", **SMALL)
    app = open_page("toy.py", until="20", **SMALL)
    wait(app.button(key=button).click().run())
    assert numbers(app)["Step"] != "0"
    # Whatever is looked at anew: who was there, who comes, and who looks otherwise.
    for seen in (
        others.run(),
        open_page("toy.py", **SMALL),
        open_page("toy.py", temperature="0.4", **SMALL),
    ):
        assert numbers(seen)["Step"] == "0"
        assert np.array_equal(shown(seen), core_pixels(0, couplings=4, width=8))


def test_other_settings_begin_anew() -> None:
    app = open_page("toy.py", **SMALL)
    app.button(key="toy_steps").click().run()
    app.slider(key="couplings").set_value(3).run()
    assert numbers(app)["Step"] == "0"


def test_fewer_couplings_leave_no_layer_beyond_them() -> None:
    app = open_page("toy.py", layer="7", couplings="8")
    assert figure(app, "Density")["layer"] == 7
    app.slider(key="couplings").set_value(3).run()
    assert not app.exception
    assert figure(app, "Density")["layer"] <= 3


def test_looking_otherwise_keeps_the_training() -> None:
    app = open_page("toy.py", **SMALL)
    app.button(key="toy_steps").click().run()
    before = figure(app, "Density")
    app.slider(key="temperature").set_value(0.5).run()
    app.segmented_control(key="straight").set_value("latent").run()
    app.toggle(key="log_scale").set_value(True).run()
    after = figure(app, "after 10 steps")
    assert after["data"] == before["data"]
    assert after["samples"] != before["samples"]
    assert after["grid"] != before["grid"]
    assert after["source"] != before["source"]
    assert "logarithm" in after["alt"]


@pytest.mark.parametrize("name", VIEWS)
def test_a_link_trains_to_the_recipe_and_its_program_writes_the_pixels(
    name: str,
    offered: Offered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = Recipe("tiny", VIEWS[name])
    app = wait(open_page("toy.py", **parse_qs(recipe.link().partition("?")[2])))
    assert not app.exception
    found, pixels = offered[-1]
    assert json.loads(json.dumps(found)) == recipe.json()
    assert np.array_equal(shown(app), pixels)
    written = written_by(recipe.python(), tmp_path, monkeypatch)
    assert np.array_equal(written["toy.png"], pixels)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "faces"}, "data must be 'moons'"),
        ({"drawn": 3}, "drawn must be a text"),
        ({"drawn": "abc"}, "four letters"),
        ({"drawn": "AAAA" * (MAX_DOTS + 1)}, "At most 2000"),
        ({"width": 9}, "width"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"straight": "up"}, "straight"),
        ({"shown": ["all"]}, "shown"),
        ({"log_scale": 1}, "true or false"),
        ({"steps": None}, "steps"),
    ],
)
def test_what_a_recipe_cannot_say_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message) as error:
        read_recipe({"toy": Toy}, Recipe("tiny", VIEW).json() | change)
    assert len(str(error.value)) < 250


def test_numbers_of_a_recipe_are_brought_into_their_range() -> None:
    kept = Toy(couplings=99, steps=10**9, layer=99.0, seed=-1, learning_rate=7.0)
    assert (kept.couplings, kept.steps, kept.seed, kept.learning_rate) == (16, 10_000, 0, 0.05)
    assert Toy(couplings=4, layer=9.0).layer == 4


def test_a_link_to_no_steps_starts_no_training() -> None:
    view = VIEW.model_copy(update={"steps": 0})
    app = open_page("toy.py", **parse_qs(Recipe("tiny", view).link().partition("?")[2]))
    assert not is_training(app)
    assert numbers(app)["Step"] == "0"


def test_what_a_link_cannot_mean_falls_back() -> None:
    link = {
        "data": "<b>",
        "couplings": "9000",
        "width": "7",
        "learning_rate": "nan",
        "until": "1e300",
        "layer": "99",
        "temperature": "hot",
        "straight": "up",
        "seed": "9" * 400,
        "steps": "maybe",
    }
    app = open_page("toy.py", **link)
    assert not app.exception
    shown = figure(app, "moons after 0 steps, seed 0")
    assert (shown["couplings"], shown["layer"], shown["temperature"]) == (8, 0, "1.00")


@pytest.mark.parametrize("link", [{"data": "drawn"}, {"data": "text", "text": "  "}])
def test_nothing_drawn_or_written_is_one_kind_line(link: dict[str, str]) -> None:
    app = open_page("toy.py", **link)
    assert not app.exception
    assert "There is nothing" in app.info[0].value


def test_a_damaged_drawing_is_one_kind_line() -> None:
    app = open_page("toy.py", data="drawn", drawn="no drawing!")
    assert not app.exception
    assert "four letters" in app.warning[0].value


def test_a_drawing_survives_a_look_at_other_data_and_can_be_taken_back() -> None:
    app = open_page("toy.py", data="drawn", drawn=DOTS, **SMALL)
    figure(app, "toy on drawn")
    app.segmented_control(key="data").set_value("rings").run()
    app.segmented_control(key="data").set_value("drawn").run()
    assert app.text_input(key="drawn").value == DOTS
    app.button(key="toy_clear").click().run()
    assert "nothing drawn" in app.info[0].value
    app.button(key="toy_undo").click().run()
    assert app.text_input(key="drawn").value == DOTS


@pytest.mark.parametrize(
    ("sent", "dots"),
    [
        ({"dots": DOTS, "release": 2}, DOTS),
        ({"dots": "AAAA" * (MAX_DOTS + 1), "release": 2}, ""),
        ({"dots": "<b>", "release": 2}, ""),
        ({"dots": ["AAAA"], "release": float("nan")}, ""),
        ({}, ""),
        (None, ""),
        (3, ""),
    ],
)
def test_a_forged_drawing_changes_nothing(
    sent: object, dots: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {draw.BOARD: SimpleNamespace(drawing=sent), "drawn_past": [], "drawn": ""}
    monkeypatch.setattr(st, "session_state", state)
    draw._released()
    assert state["drawn"] == dots
    assert len(from_text(str(state["drawn"]))) <= MAX_DOTS


@pytest.mark.parametrize(
    ("place", "layer"),
    [
        ({"layer": 2.5, "release": 1}, 2.5),
        ({"layer": 99, "release": 1}, 4.0),
        ({"layer": "x"}, 0.0),
        ({}, 0.0),
        (None, None),
    ],
)
def test_a_forged_layer_is_clamped(
    place: object, layer: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {board.KEY: SimpleNamespace(place=place), "couplings": 4}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "rerun", lambda scope: None)
    board._released()
    assert state.get("layer") == layer


def test_a_loss_that_leaves_the_numbers_stops_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise NonFiniteError("step 1 of the toy gave a loss that is not finite")

    app = open_page("toy.py", **SMALL)
    monkeypatch.setattr(ToyTraining, "train_to", fails)
    app.button(key="toy_train").click().run()
    assert not app.exception
    assert not is_training(app)
    assert "lower learning rate" in app.error[0].value
    app.button(key="toy_reset").click().run()
    assert not app.error


def test_one_visitor_too_many_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "places", lambda: Places(0))
    app = open_page("toy.py", **SMALL)
    app.button(key="toy_train").click().run()
    assert "visitors are training" in app.info[0].value
    assert numbers(app)["Step"] == "0"
    assert is_training(app)


def test_places_are_counted_left_and_given_up() -> None:
    now = [0.0]
    places = Places(2, 5.0, lambda: now[0])
    assert [places.enter(who) for who in "aabbc"] == [1, 1, 2, 2, 0]
    places.leave("a")
    places.leave("nobody")
    assert places.enter("c") == 2
    now[0] = 4.0
    assert places.enter("c") == 2
    now[0] = 6.0  # b has given no sign
    assert places.enter("d") == 2
    assert places.enter("e") == 0
