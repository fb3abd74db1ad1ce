"""Every button of every view can be pressed, and all that can be set be set, without an error."""

import random
from pathlib import Path

import pytest
import torch
from app_pages import open_page
from flows import small_flow
from fuzz import rounds
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

from realnvp.checkpoint import save
from realnvp.direction_file import write_directions
from realnvp.explore.directions import LABEL, PRINCIPAL, Directions

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model with directions, and one of each family."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "faces32")
    write_directions(folder / "faces32", DIRECTIONS)
    save_families(folder)
    return folder


DIRECTIONS = Directions(
    ("Smiling", "Hat", "PCA 1"),
    (LABEL, LABEL, PRINCIPAL),
    torch.eye(192)[:3],
    torch.zeros(3),
    torch.ones(3),
    torch.tensor([0.9, 0.8, 0.1]),
)
# By view: its page, what its link says, and the tiles that have been pressed.
VIEWS: dict[str, tuple[str, dict[str, str], dict[str, int]]] = {
    "home": ("home", {}, {}),
    "a sample": ("sample", {}, {"tiles_chosen": 3}),
    "a cell": ("axes", {}, {"cells_chosen": 3}),
    "encode": ("encode", {}, {}),
    "a frame": ("interpolate", {}, {"strip_chosen": 3}),
    "a place of the manifold": ("interpolate", {"view": "Manifold"}, {"grid_chosen": 3}),
    "a place of the pad": ("interpolate", {"view": "Pad"}, {}),
    "a place of a plane": ("interpolate", {"view": "Pad", "over": "a plane"}, {}),
    "resample": ("multiscale", {}, {}),
    "swap": ("multiscale", {"show": "Swap"}, {}),
    "paste": ("multiscale", {"show": "Paste"}, {}),
    "maps": ("multiscale", {"show": "Maps"}, {}),
    "sliders": ("directions", {}, {}),
    "walk": ("directions", {"directions_view": "Walk"}, {"walk_chosen": 3}),
    "directions' pad": ("directions", {"directions_view": "Pad"}, {}),
    "atlas": ("atlas", {}, {}),
    "likelihood": ("likelihood", {}, {}),
    "odd ones out": ("likelihood", {"likelihood": "Odd ones out"}, {}),
    "anatomy": ("anatomy", {"start": "a sample"}, {}),
    "toy": ("toy", {}, {}),
    "compare": ("compare", {}, {}),
    "latents compared": ("compare", {"look": "Latent space"}, {}),
    "models": ("models", {}, {}),
    "lesson": ("lesson", {}, {}),
    "a stop of the lesson": ("sample", {"lesson": "2"}, {}),
}


def opened(view: str) -> AppTest:
    page, link, chosen = VIEWS[view]
    app = open_page(f"{page}.py", **link)
    for key, index in chosen.items():
        app.session_state[key] = index
    return app.run() if chosen else app


@pytest.mark.parametrize("view", VIEWS)
def test_every_button_can_be_pressed(view: str) -> None:
    app = opened(view)
    assert not app.exception
    for index, button in enumerate(app.button):
        if not button.disabled:
            pressed = opened(view).button[index].click().run()
            assert not pressed.exception, button.label


def changes(app: AppTest) -> list[tuple[str, int, object]]:
    """Kind, place and value of whatever can be set: its ends, or another choice."""
    found: list[tuple[str, int, object]] = []
    for index, slider in enumerate(app.slider):
        ends = (slider.min, slider.max)
        is_range = isinstance(slider.value, tuple | list)
        found += [("slider", index, value) for value in ([ends] if is_range else ends)]
    for index, number in enumerate(app.number_input):
        found += [("number_input", index, value) for value in (number.min, number.max)]
    for index, box in enumerate(app.selectbox):
        found += [("selectbox", index, option) for option in box.options]
    for index, group in enumerate(app.get("button_group")):
        is_many = isinstance(group.value, list)
        found += [("button_group", index, [o] if is_many else o) for o in group.options]
    found += [("toggle", index, not toggle.value) for index, toggle in enumerate(app.toggle)]
    return [(kind, index, v) for kind, index, v in found if not app.get(kind)[index].disabled]


@pytest.mark.parametrize("view", VIEWS)
def test_anything_can_be_set_after_anything(view: str) -> None:
    app, dice, done = opened(view), random.Random(view), []
    for _ in rounds(20):
        if not (settable := changes(app)):
            break
        kind, index, value = dice.choice(settable)
        widget = app.get(kind)[index]
        done.append((widget.label, value))
        app = widget.set_value(value).run()
        assert not app.exception, done
