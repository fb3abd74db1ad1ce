"""Pages as a visitor opens them, without a browser."""

import base64
import io
import json
import runpy
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE
from PIL import Image
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from explorer.tray.pins import Pin
from explorer.ui import pinned
from explorer.ui.repair import search
from explorer.views.repair import MAX_STEPS
from realnvp import RealNVP
from realnvp.explore.inverse_problems import Problem, Search

Offered = list[tuple[dict[str, Any], np.ndarray]]  # recipes, and pixels that a page has as PNG
ROUTER = Path(__file__).resolve().parent.parent / "pages" / "router.py"


def open_page(name: str, *pins: Pin, **query: Any) -> AppTest:
    """The page as a first visitor with this link sees it, or one who has these in the tray."""
    app = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE)
    if pins:
        app.session_state[pinned.STATE] = pinned.Tray(pins)
    app.query_params.update(query)
    return app.run() if name == "home.py" else app.switch_page(name).run()


def hasten_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a search of the page Repair take one step for all that it is asked for.

    A hundred take long, and what goes wrong around them does so after one.
    """
    advance = search.advance

    def advance_once(
        flow: RealNVP, problem: Problem, state: Search, until: int, seconds: float
    ) -> Search:
        last = min(until, problem.steps)
        return replace(advance(flow, problem, state, state.step + 1, seconds), step=last)

    monkeypatch.setattr(search, "advance", advance_once)
    monkeypatch.setattr(search, "_kept", OrderedDict())  # nobody else gets these
    monkeypatch.setattr(search, "EVERY", MAX_STEPS)


def unfold(app: AppTest, label: str) -> AppTest:
    """The page with the menus of this label open: what is in them is only made then."""
    menus = [menu.proto for menu in app.get("popover") if menu.proto.popover.label == label]
    if closed := [menu for menu in menus if not menu.popover.open]:
        for menu in closed:
            app.session_state[menu.id.rpartition("-")[2]] = True
        app.run()
    return app


def shown_recipe(app: AppTest) -> dict[str, Any]:
    """The JSON under the button Recipe."""
    unfold(app, "Recipe")
    (text,) = [code.value for code in app.code if code.value.startswith("{")]
    return json.loads(text)


def metric(app: AppTest, label: str) -> str:
    """The value of the one metric whose label begins so."""
    (found,) = [metric.value for metric in app.metric if metric.label.startswith(label)]
    return found


def written_by(
    program: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, np.ndarray]:
    """The pictures that a program writes where it runs, by the names of their files."""
    (folder / "program.py").write_text(program, encoding="utf-8")
    monkeypatch.chdir(folder)
    runpy.run_path("program.py")
    return {path.name: np.array(Image.open(path)) for path in sorted(folder.glob("*.png"))}


def sent(app: AppTest) -> list[Any]:
    """What went to the browser's components: figures, and whatever else there is."""
    found: list[Any] = []
    for element in app.get("bidi_component"):
        data = json.loads(element.proto.json or element.proto.bytes)
        found += data if isinstance(data, list) else [data]
    return found


def press(app: AppTest, key: str, index: int, name: str = "pin") -> AppTest:
    """Press a tile of these figures, and then the button of this action."""
    return trigger(app, key, "act", {"index": index, "name": name})


def trigger(app: AppTest, key: str, event: str, value: Any) -> AppTest:
    """Have the browser's part of an element say something, which AppTest knows no way to."""
    (element,) = [e for e in app.get("bidi_component") if e.proto.id.endswith(f"-{key}")]
    states = app._tree.get_widget_states

    def and_the_trigger() -> WidgetStates:
        found = states()
        said = found.widgets.add()
        said.id = _make_trigger_id(element.proto.id, "events")
        said.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return found

    app._tree.get_widget_states = and_the_trigger  # type: ignore[method-assign]
    return app.run()


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The pictures among it."""
    return [data for data in sent(app) if isinstance(data, dict) and "source" in data]


def figure(app: AppTest, words: str) -> dict[str, Any]:
    """The one picture whose alternative text has these words."""
    (found,) = [figure for figure in figures(app) if words in figure["alt"]]
    return found


def pixels_of(source: str, mode: str | None = None) -> np.ndarray:
    """What a data URL shows, uint8 (H, W, channels), in its own mode or in another of Pillow's."""
    data = base64.b64decode(source.partition(",")[2])
    with Image.open(io.BytesIO(data)) as picture:
        return np.array(picture.convert(mode) if mode else picture)
