"""Every button of every view can be pressed, and all that can be set be set, without an error."""

import random
from pathlib import Path

import pytest
import torch
from every_view import VIEWS, changes, open_view
from flows import small_flow
from fuzz import rounds
from small_baselines import save_families

from realnvp.checkpoint import save
from realnvp.direction_file import write_directions
from realnvp.explore.directions import LABEL, PRINCIPAL, Directions

pytestmark = pytest.mark.usefixtures("checkpoints")

DIRECTIONS = Directions(
    ("Smiling", "Hat", "PCA 1"),
    (LABEL, LABEL, PRINCIPAL),
    torch.eye(192)[:3],
    torch.zeros(3),
    torch.ones(3),
    torch.tensor([0.9, 0.8, 0.1]),
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model with directions, and one of each family."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "faces32")
    write_directions(folder / "faces32", DIRECTIONS)
    save_families(folder)
    return folder


@pytest.mark.parametrize("view", VIEWS)
def test_every_button_can_be_pressed(view: str) -> None:
    app = open_view(view)
    assert not app.exception
    for index, button in enumerate(app.button):
        if not button.disabled:
            pressed = open_view(view).button[index].click().run()
            assert not pressed.exception, button.label


@pytest.mark.parametrize("view", VIEWS)
def test_anything_can_be_set_after_anything(view: str) -> None:
    app, dice, done = open_view(view), random.Random(view), []
    for _ in rounds(20):
        if not (settable := changes(app)):
            break
        kind, index, value = dice.choice(settable)
        widget = app.get(kind)[index]
        done.append((widget.label, value))
        app = widget.set_value(value).run()
        assert not app.exception, done
