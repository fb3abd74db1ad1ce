"""Pages as a visitor opens them, without a browser."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from patience import PATIENCE
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.tray.pins import Pin
from explorer.ui import pinned

Offered = list[tuple[dict[str, Any], np.ndarray]]  # recipes, and pixels that a page has as PNG
ROUTER = Path(__file__).resolve().parent.parent / "pages" / "router.py"


def open_page(name: str, *pins: Pin, **query: Any) -> AppTest:
    """The page as a first visitor with this link sees it, or one who has these in the tray."""
    app = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE)
    if pins:
        app.session_state[pinned.STATE] = pinned.Tray(pins)
    app.query_params.update(query)
    return app.run() if name == "home.py" else app.switch_page(name).run()


def shown_recipe(app: AppTest) -> dict[str, Any]:
    """The JSON under the button Recipe."""
    (text,) = [code.value for code in app.code if code.value.startswith("{")]
    return json.loads(text)


def metric(app: AppTest, label: str) -> str:
    """The value of the one metric whose label begins so."""
    (found,) = [metric.value for metric in app.metric if metric.label.startswith(label)]
    return found


def sent(app: AppTest) -> list[Any]:
    """What went to the browser's components: figures, and whatever else there is."""
    found: list[Any] = []
    for element in app.get("bidi_component"):
        data = json.loads(element.proto.json)
        found += data if isinstance(data, list) else [data]
    return found


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
