"""What a visitor does in a browser, and what is seen there."""

import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import app_pages
import numpy as np
from patience import wait_until
from playwright.sync_api import Locator, Page, TimeoutError, expect


def send(page: Page, name: str, data: bytes, key: str = "upload") -> None:
    """Choose a file in the uploader with this key."""
    file = {"name": name, "mimeType": "", "buffer": data}
    page.locator(f".st-key-{key} input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def choose(page: Page, title: str) -> None:
    """Go to another page by the menu."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(f"{title}$")).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def at_rest(page: Page) -> None:
    """Wait until the script of the page has ended."""
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_visible()


def drawn_to_the_end(page: Page) -> None:
    """Wait until a page that was gone to is whole: it has its heading, is at rest and stays so."""
    page.get_by_role("heading", level=1).wait_for()
    before = ""

    def stays() -> bool:
        nonlocal before
        at_rest(page)
        page.wait_for_timeout(500)
        was, before = before, page.evaluate("document.body.outerHTML")
        return was == before and page.get_by_test_id("stSkeleton").count() == 0

    wait_until(stays)


def pick(chooser: Locator, option: str) -> None:
    """Choose this in a list. A page that is drawn meanwhile closes the list: it is opened again."""
    offered = chooser.page.get_by_role("option", name=option, exact=True)
    for _ in range(10):
        chooser.click()
        with suppress(TimeoutError):
            return offered.click(timeout=5_000)
    raise AssertionError(f"the list closes before {option} is chosen")


def settings(page: Page) -> dict[str, list[str]]:
    """What the address says, but for the visitor's own tray."""
    query = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return {key: values for key, values in query.items() if key != "tray"}


def fits(page: Page) -> bool:
    """Whether the page needs no sideways scrolling."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def on_a_phone(page: Page) -> None:
    """Make the window as small as one."""
    page.set_viewport_size({"width": 390, "height": 844})


def source_of(picture: Locator) -> str:
    """What an image or a canvas shows, as a data URL."""
    return picture.evaluate(
        "node => node.tagName === 'CANVAS' ? node.toDataURL() : node.getAttribute('src')"
    )


def pixels_of(picture: Locator, mode: str = "RGB") -> np.ndarray:
    """The same as uint8, (H, W, channels)."""
    return app_pages.pixels_of(source_of(picture), mode)


def drag(page: Page, share: float, steps: int = 1) -> tuple[float, float, float]:
    """Take hold of the first slider and move it by this share of its track; gives `grip`."""
    x, y, width = grip(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width * share, y, steps=steps)
    return x, y, width


def grip(page: Page) -> tuple[float, float, float]:
    """Where the thumb of the first slider is, and how long its track."""
    track = page.get_by_test_id("stSlider").first.bounding_box()
    assert track
    place = page.locator("input[type=range]").first.evaluate(
        "input => { const box = input.parentElement.parentElement.getBoundingClientRect();"
        " return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    return *place, track["width"]
