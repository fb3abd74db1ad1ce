"""Whatever a link says, a page shows a view that its widgets could show too."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from app_pages import figures, hasten_searches, open_page
from flows import MODELS, random_pictures
from fuzz import is_one_line, rounds
from streamlit.testing.v1 import AppTest

import explorer.pages
from explorer.ids import new_id
from explorer.tray.pins import Pin
from explorer.tray.workspace import Workspace

PAGES = [page.file for page in explorer.pages.PAGES]
STRANGE = (
    *("", " ", "nan", "-inf", "1e999", "-1", "0", "-0.0", "1.5", "7", "1e9", "9" * 30, "9" * 400),
    *("0x10", "1_0", "٣", "1,2", "1 2 3", "1 2 3, 4", ", ,", "true", "False", "null", "[]", "{}"),
    *(
        "None",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "C:\\",
        "%00",
        "\0",
        "a\nb",
        "é" * 99,
    ),
    *("\u202e", "\ufffd", "👩‍👩‍👧", "$x$ :smile: **b**", "' OR 1=1 --", "x" * 5000, "__proto__"),
)

pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


@pytest.fixture
def tray(data_folder: Path) -> str:
    """The key to a tray with latents of several models, and of none that is here."""
    pins = []
    for name, labels in (("tiny", None), ("faces", torch.ones(2)), ("digits", torch.tensor(3))):
        picture = random_pictures(1, channels=1 if name == "digits" else 3)[0]
        pins.append(Pin(f"of {name}", name, torch.zeros(picture.numel()), labels, picture, {}))
    pins.append(replace(pins[0], name="![x](y) $z$", checkpoint="gone"))
    workspace, key = Workspace(data_folder), new_id()
    workspace.save(key, pins)
    workspace.close()
    return key


def bound(app: AppTest) -> dict[str, Any]:
    """The elements that stand in the address, by their query parameters."""
    found = {}
    for node in nodes(app._tree):
        for proto in (
            node.proto,
            *(getattr(node.proto, part, None) for part in ("tab_container",)),
        ):
            if key := getattr(proto, "query_param_key", ""):
                found[key] = node
    return found


def nodes(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if getattr(child, "proto", None) is not None:
            yield child
        yield from nodes(child) if hasattr(child, "children") else ()


def sensible(element: Any) -> list[str]:
    """Values that a person could choose."""
    if options := getattr(element, "options", None):
        return list(options)
    if element.type == "slider" or element.type == "number_input":
        return [
            f"{low + (high - low) * k / 4:g}" for low, high in [ends(element)] for k in range(5)
        ]
    if element.type in ("checkbox", "toggle"):
        return ["true", "false"]
    return [tab.label for tab in element.children.values()] if hasattr(element, "children") else []


def ends(element: Any) -> tuple[float, float]:
    return element.min, element.max


def check(app: AppTest, models: Path) -> None:
    """No traceback, no path, one line each; every widget stands where it could be put by hand."""
    assert not app.exception, app.exception[0].stack_trace
    for message in (*app.error, *app.warning, *app.info):
        assert is_one_line(message.value.replace("\\", ""), models), message
    assert len(app.title) == 1
    assert figures(app) or len(app.main) > 1
    for element in bound(app).values():
        value = getattr(element, "value", None)
        values = (
            list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        )
        if element.type in ("slider", "number_input"):
            low, high = ends(element)
            assert all(low <= number <= high for number in values), element
        elif getattr(element, "options", None):
            options = list(map(str, element.options))
            assert all(str(choice) in options for choice in values if choice is not None), element


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_no_link_breaks_a_page(page: str, models: Path, tray: str) -> None:
    dice = random.Random(page)
    known: dict[str, set[str]] = {"tray": {tray}, "unknown": set()}
    for name in MODELS:
        learn(known, open_page(page, checkpoint=name, tray=tray))
    for _ in rounds(5):
        keys = dice.sample(sorted(known), min(len(known), dice.randint(1, 8)))
        link = {key: value_for(dice, known[key]) for key in keys}
        link |= {"tray": tray} if dice.random() < 0.5 else {}
        try:
            app = open_page(page, **link)
            check(app, models)
            learn(known, app)
            if dice.random() < 0.3:
                check(app.run(), models)
        except BaseException as error:
            error.add_note(f"{page} {link}")
            raise


def learn(known: dict[str, set[str]], app: AppTest) -> None:
    for key, element in bound(app).items():
        known.setdefault(key, set()).update(sensible(element))


def value_for(dice: random.Random, choices: set[str]) -> str | list[str]:
    """A value, mostly one that can be meant, or the same key several times."""
    if dice.random() < 0.1:
        return [dice.choice(STRANGE) for _ in range(dice.randint(2, 5))] + sorted(choices)[:3]
    if choices and dice.random() < 0.6:
        return dice.choice(sorted(choices))
    return dice.choice(STRANGE)
