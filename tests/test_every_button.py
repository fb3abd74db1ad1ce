"""Every button of every view can be pressed, by whoever has just come, without an error."""

from pathlib import Path

import pytest
import torch
from flows import small_flow
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

from pages import open_page
from realnvp.checkpoint import save
from realnvp.direction_file import write_directions
from realnvp.explore.directions import Directions

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

DIRECTIONS = Directions(
    ("Smiling", "Hat", "PCA 1"),
    ("label", "label", "principal"),
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


@pytest.fixture(autouse=True)
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("REALNVP_DATA", "off")
    save(small_flow(), tmp_path / "faces32")
    write_directions(tmp_path / "faces32", DIRECTIONS)
    save_families(tmp_path)
    return tmp_path


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
