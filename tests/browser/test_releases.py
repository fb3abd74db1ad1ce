"""What is held in the browser stays until the page has heard of it; a new session is followed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from explorer.ui.web import parts

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@dataclass(frozen=True)
class Held:
    """Something that is held and let go.

    Args:
        element: its folder.
        data: what the page says of it, but for session and release.
        press: what a visitor does: a selector and a key.
        shown: what it shows, a function of its root in JavaScript.
        page, own: that, as the page has it and after the visitor has let go.
    """

    element: str
    data: dict[str, Any]
    press: tuple[str, str]
    shown: str
    page: Any
    own: Any


BLUE = """root => {
  const c = root.querySelector("canvas"), context = c.getContext("2d");
  const { data } = context.getImageData(0, 0, c.width, c.height);
  const blue = new Set(), third = (at, side) => Math.floor(3 * at / side);
  for (let i = 0; i < data.length; i += 4)
    if (data[i] === 43 && data[i + 2] === 190 && data[i + 3] === 255)
      blue.add(third(i / 4 % c.width, c.width) + 3 * third(i / 4 / c.width, c.height));
  return [...blue].sort();  // of the nine parts of the board, those with dots
}"""
THINGS = {
    "pad": Held(
        "pad",
        {
            "token": "t",
            "scene": "s",
            "name": "A pad",
            "scales": [{"name": n, "low": -1, "high": 1, "digits": 2, "unit": ""} for n in "xy"],
            "corners": [],
            "axes": "",
            "map": PIXEL,
            "side": 1,
            "picture": PIXEL,
            "x": 0.5,
            "y": 0,
        },
        (".field", "ArrowRight"),
        "root => root.querySelector('.field').ariaValueText",
        "x 0.50, y 0.00",
        "x 0.52, y 0.00",
    ),
    "toy's board": Held(
        "toy",
        {
            "source": PIXEL,
            "alt": "",
            "caption": "",
            "view": 3.5,
            "couplings": 4,
            "data": "",
            "samples": "",
            "grid": "",
            "stops": 1,
            "temperature": "1.00",
            "shown": [],
            "colours": {},
            "layer": 1,
            "loss": {"batches": [], "held_out": [[0, 2]], "best": 1, "gaussian": 3},
        },
        ("input", "ArrowRight"),
        "root => root.querySelector('output').textContent",
        "layer 1 of 4",
        "layer 2 of 4",
    ),
    "drawing board": Held(
        "dots",
        {"dots": "CACA", "most": 9, "view": 3.5, "alt": "", "words": ""},
        ("canvas", " "),
        BLUE,
        [6],  # below on the left
        [4, 6],
    ),
    "crop": Held(
        "crop",
        {
            "source": PIXEL,
            "picture": "p",
            "width": 100,
            "height": 100,
            "box": [0, 0, 50, 50],
            "largest": [100, 100],
            "zoom": 8,
            "room": 288,
            "alt": "",
            "label": "",
            "caption": "",
            "hint": "",
        },
        (".box", "ArrowRight"),
        "root => root.querySelector('.box').ariaValueText",
        "50 × 50 pixels from 0, 0",
        "50 × 50 pixels from 1, 0",
    ),
}


@pytest.fixture(params=THINGS)
def thing(request: pytest.FixtureRequest, page: Page) -> Held:
    """In a page of its own, which hears of it in `told`."""
    thing = THINGS[request.param]
    files = parts(thing.element)
    page.set_content(f"<style>{files['css']}</style><div id=root>{files['html']}</div>")
    page.evaluate(
        """async (js) => {
          const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
          const { default: run } = await import(url);
          const hear = (name, value) => window.told.push(value.release);
          window.told = [];
          window.say = (data) => run({ data, parentElement: document.querySelector("#root"),
                                       setStateValue: hear, setTriggerValue: hear });
        }""",
        files["js"],
    )
    return thing


@pytest.fixture
def say(thing: Held, page: Page) -> Callable[..., Any]:
    """What the thing shows after the page has said something."""

    def say(session: str, release: int) -> Any:
        page.evaluate("data => say(data)", thing.data | {"session": session, "release": release})
        return page.locator("#root").evaluate(thing.shown)

    return say


def press(page: Page, thing: Held) -> None:
    place, key = thing.press
    page.locator(place).focus()
    page.keyboard.press(key)
    page.locator(place).blur()


def test_what_was_let_go_stays_until_the_page_has_heard_of_it(
    page: Page, thing: Held, say: Callable[..., Any]
) -> None:
    assert say("first", 0) == thing.page
    press(page, thing)
    assert page.evaluate("told") == [1]
    assert say("first", 0) == thing.own
    assert say("first", 1) == thing.page


def test_a_new_session_is_followed(page: Page, thing: Held, say: Callable[..., Any]) -> None:
    say("first", 0)
    press(page, thing)
    assert say("first", 0) == thing.own
    assert say("second", 0) == thing.page
    press(page, thing)
    assert say("second", 0) == thing.own
    told = page.evaluate("told")
    assert told[-1] == 1  # counted anew
    assert say("second", 1) == thing.page
