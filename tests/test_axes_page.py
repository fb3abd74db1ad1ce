"""The page Axes: two settings side by side; what is shown is what its recipe makes."""

import pytest
import torch
from app_pages import figure, figures, open_page, press
from flows import MODELS, small_flow
from streamlit.testing.v1 import AppTest

from explorer.ui import pinned
from explorer.views.latents import read_latent
from realnvp import load
from realnvp.explore.axes import Axis, evenly
from realnvp.explore.cells import draw_cells, settings_of_cell
from realnvp.labels import label_names, label_words

pytestmark = pytest.mark.usefixtures("checkpoints")


def grid_of(app: AppTest) -> dict:
    return figure(app, "Grid of")


def test_seeds_go_down_and_temperature_to_the_right() -> None:
    app = open_page("axes.py")
    assert not app.exception
    shown = grid_of(app)
    assert "seed 0 to 5 from top to bottom" in shown["alt"]
    assert "temperature 0.00 to 1.00 from left to right" in shown["alt"]
    rows, columns = shown["heads"]
    assert rows == [f"seed {seed}" for seed in range(6)]
    assert columns[:3] == ["T 0.00", "T 0.20", "T 0.40"]
    assert len(shown["titles"]) == 36


def test_the_controls_say_which_side_they_are_of() -> None:
    app = open_page("axes.py")
    assert app.selectbox(key="rows_setting").label == "Rows"
    assert app.number_input(key="rows_seed").label == "Rows: from seed"
    assert app.slider(key="columns_cells").label == "Columns: how many"


def test_a_link_restores_the_axes() -> None:
    link = {"rows_setting": "level 1", "columns_setting": "level 3", "columns_cells": "4"}
    app = open_page("axes.py", **link)
    assert "level 3 0.00 to 1.00" in grid_of(app)["alt"]
    assert grid_of(app)["columns"] == 4


def test_the_same_setting_twice_is_one_kind_line() -> None:
    app = open_page("axes.py", rows_setting="temperature")
    assert not app.exception
    assert "Both sides are temperature" in app.info[0].value


@pytest.mark.parametrize(
    "link",
    [
        {"rows_cells": "9000"},
        {"rows_setting": "<b>"},
        {"columns_range": "nan"},
        {"rows_seed": "1e300"},
    ],
)
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str]) -> None:
    app = open_page("axes.py", **link)
    assert not app.exception
    assert "Grid of 36" in figures(app)[0]["alt"] or "Grid of 36" in grid_of(app)["alt"]


@pytest.mark.parametrize("rows", ["seed", "temperature", "level 1", "level 3"])
def test_every_cell_is_a_draw_of_its_own_settings(rows: str) -> None:
    flow = small_flow()
    sides = evenly(rows, 2, 3, 3), evenly("level 2", 0.1, 0.7, 2)
    cells = draw_cells(flow, *sides, seed=7, temperature=0.6)
    for index in range(6):
        seed, temperature = settings_of_cell(flow, *sides, index, 7, 0.6)
        z = flow.draw(1, temperature, torch.Generator().manual_seed(seed))
        torch.testing.assert_close(cells.z[index], z[0])
        assert torch.equal(cells.images[index], flow.decode(cells.z[index : index + 1])[0])


def test_steps_are_even_and_seeds_are_whole() -> None:
    assert evenly("temperature", 0.0, 0.9, 4) == Axis("temperature", (0.0, 0.3, 0.6, 0.9))
    assert evenly("seed", 4.0, 0.0, 3) == Axis("seed", (4, 5, 6))
    with pytest.raises(ValueError, match="at least 2"):
        evenly("seed", 0, 0, 1)


def test_the_last_row_s_seed_is_a_seed_too() -> None:
    app = open_page("axes.py", rows_seed="999990")
    app.session_state["interpolation_recipe"] = True  # its menu is open on arrival
    press(app, "cells", 5 * 6 + 5, "interpolate")
    assert not app.exception
    assert app.session_state["a_pin"].startswith("seed 999995")
    (program,) = [code.value for code in app.code if "view.run(flow)" in code.value]
    assert "FromSeed(seed=999995" in program


@pytest.mark.usefixtures("each_kind")
@pytest.mark.parametrize("model", MODELS)
def test_a_conditional_model_has_its_label_as_an_axis(model: str) -> None:
    app = open_page("axes.py", checkpoint=model, columns_setting="label")
    assert not app.exception
    config = load(model).config
    if not config.num_labels:
        assert "label" not in app.selectbox(key="columns_setting").options
        return
    _, columns = grid_of(app)["heads"]
    assert columns == label_names(config)[:6]
    press(app, "cells", 1)
    (pin,) = app.session_state[pinned.STATE].pins
    assert label_words(config, pin.labels[None]) == columns[1]
    made = read_latent(pin.recipe).make(load(model))
    assert torch.equal(made.z[0], pin.z)
    assert torch.equal(made.labels[0], pin.labels)


def test_along_the_label_the_latent_stays_and_what_it_is_decoded_under_changes() -> None:
    flow = small_flow(**MODELS["digits"])
    sides = Axis("label", (0, 1, 2)), Axis("seed", (4, 5))
    cells = draw_cells(flow, *sides, temperature=0.7, labels=torch.tensor([9]))
    assert cells.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert torch.equal(cells.z[0], cells.z[2])
    assert not torch.equal(cells.z[0], cells.z[1])
    assert torch.equal(cells.images[3:4], flow.decode(cells.z[1:2], torch.tensor([1])))
    base = torch.tensor([[0.0, 1.0]])
    faces = small_flow(**MODELS["faces"])
    cells = draw_cells(faces, sides[1], Axis("label", (0, 1)), labels=base)
    assert cells.labels.tolist() == [[1, 1], [0, 1], [1, 1], [0, 1]]
    assert base.tolist() == [[0, 1]]
