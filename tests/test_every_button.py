"""Every button of every view can be pressed, and all that can be set be set, without an error."""

import json
import random
from pathlib import Path

import pytest
import torch
from app_pages import hasten_searches, press
from every_view import VIEWS, changes, open_view
from flows import small_flow
from fuzz import rounds
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

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


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


def buttons(app: AppTest) -> list[tuple[str, bool]]:
    """Labels, and which cannot be pressed."""
    return [(button.label, button.disabled) for button in app.button]


def actions(app: AppTest) -> list[tuple[str, int, str]]:
    """Of the last tile of each sheet: the key of the sheet, the tile's number, the action."""
    found = []
    for element in app.get("bidi_component"):
        sheets = json.loads(element.proto.json or element.proto.bytes)
        if isinstance(sheets, list) and any(sheet.get("actions") for sheet in sheets):
            key = element.proto.id.split("-", 2)[2]
            last = sum(len(sheet["titles"]) for sheet in sheets) - 1
            names = dict.fromkeys(a["name"] for sheet in sheets for a in sheet["actions"])
            found += [(key, last, name) for name in names]
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_every_button_can_be_pressed(view: str) -> None:
    app = open_view(view)
    assert not app.exception
    offered = buttons(app)
    for index, (label, disabled) in enumerate(offered):
        if not disabled:
            if buttons(app) != offered:  # one that was pressed led elsewhere
                app = open_view(view)
            app.button[index].click().run()
            assert not app.exception, label


@pytest.mark.parametrize("view", VIEWS)
def test_actions_of_a_picture_can_be_taken(view: str) -> None:
    # Two of each view: what a view makes of its picture is the same for all that follow.
    offered = actions(app := open_view(view))
    for key, index, name in random.Random(view).sample(offered, min(len(rounds(2)), len(offered))):
        if actions(app) != offered:  # one that was taken led elsewhere
            app = open_view(view)
        press(app, key, index, name)
        assert not app.exception, name


@pytest.mark.parametrize("view", VIEWS)
def test_anything_can_be_set_after_anything(view: str) -> None:
    app, dice, done = open_view(view), random.Random(view), []
    for _ in rounds(8):
        if not (settable := changes(app)):
            break
        widgets = {kind: app.get(kind) for kind, _, _ in settable}
        # First what has not been set yet: a list of many options is one thing to set.
        set_before = {label for label, _ in done}
        others = [c for c in settable if widgets[c[0]][c[1]].label not in set_before]
        kind, index, value = dice.choice(others or settable)
        widget = widgets[kind][index]
        done.append((widget.label, value))
        app = widget.set_value(value).run()
        assert not app.exception, done
