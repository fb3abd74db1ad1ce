"""The page Axes: two settings side by side; what is shown is what its recipe makes."""

import pytest
import torch
from app_pages import figure, figures, open_page
from flows import small_flow
from streamlit.testing.v1 import AppTest

from realnvp.explore.axes import Axis, evenly
from realnvp.explore.cells import draw_cells, settings_of_cell

pytestmark = pytest.mark.usefixtures("checkpoints")


def grid_of(app: AppTest) -> dict:
    return figure(app, "Grid of")


def test_seeds_go_down_and_temperature_to_the_right() -> None:
    app = open_page("axes.py")
    assert not app.exception
    shown = grid_of(app)
    assert "seed 0 to 5 from top to bottom" in shown["alt"]
    assert "temperature 0.00 to 1.00 from left to right" in shown["alt"]
    assert shown["labels"][:3] == ["0 | 0.00", "0.20", "0.40"]
    assert shown["labels"][6] == "1"
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
    app.session_state["cells_chosen"] = 5 * 6 + 5
    app.run()
    app.button(key="axes_interpolate.py").click().run()
    assert not app.exception
    assert app.session_state["a_pin"].startswith("seed 999995")
    (program,) = [code.value for code in app.code if "view.run(flow)" in code.value]
    assert "FromSeed(seed=999995" in program
