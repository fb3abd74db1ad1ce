"""A press on a picture: what can be done with it stands beside it, in the window, at once."""

import re

import pytest
from browsing import at_rest, drawn_to_the_end, fits, on_a_phone, settings
from patience import wait_until
from playwright.sync_api import Locator, Page, expect

# The tiles of a page that can be pressed, by their names.
TILES = {
    "?strip=5": "Sample .* of seed 5",
    "sample?pictures=64": "Sample .* of seed 0",
    "axes": "seed .*temperature",
    "interpolate?view=Path": "Frame",
    "interpolate?view=Manifold": "φ = ",
    "multiscale": "seed 1, T = 0.70",
    "repair?steps=2": "No. ",
    "directions?directions=": "(before|after):",
    "likelihood": "Sample .* of seed 0",
    "likelihood?likelihood=Out+of+distribution": "^(inverted|noise)",
    "models?models_view=Side+by+side": "Sample .* of seed 0, tiny",
    "atlas": "^no. 1",
}


def tiles(page: Page, name: str) -> Locator:
    return page.locator("button.cell").and_(page.get_by_role("button", name=re.compile(name)))


def bar(page: Page) -> Locator:
    return page.locator(".bar:visible")


def is_in_sight(page: Page, button: Locator) -> bool:
    """Whether the middle of it lies in the window, with nothing over it."""
    box = button.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return button.evaluate(
        "(node, [x, y]) => node.getRootNode().elementFromPoint(x, y) === node", [x, y]
    )


@pytest.mark.parametrize("view", TILES)
def test_what_answers_a_press_is_in_the_window(page: Page, address: str, view: str) -> None:
    page.goto(f"{address}/{view}")
    found = tiles(page, TILES[view])
    found.first.wait_for()
    for narrow in (lambda page: None, on_a_phone):
        narrow(page)
        drawn_to_the_end(page)
        for tile in (found.first, found.last):
            tile.click()
            buttons = bar(page).get_by_role("button").all()
            assert {"Pin", "→ Encode"} <= {button.inner_text() for button in buttons}
            assert all(is_in_sight(page, button) for button in buttons)
            assert fits(page)
            page.keyboard.press("Escape")
            expect(bar(page)).to_have_count(0)


def test_tiles_are_one_stop_of_tab_and_arrows_go_between_them(page: Page, address: str) -> None:
    page.goto(f"{address}/sample?pictures=16")
    found = tiles(page, "Sample .* of seed 0")
    found.first.wait_for()
    drawn_to_the_end(page)
    assert [tile.get_attribute("tabindex") for tile in found.all()].count("0") == 1
    found.first.focus()
    for key, name in [
        ("ArrowRight", "Sample 2 of seed 0"),
        ("ArrowDown", "Sample 6 of seed 0"),
        ("End", "Sample 8 of seed 0"),
        ("ArrowUp", "Sample 4 of seed 0"),
        ("ArrowUp", "Sample 4 of seed 0"),
        ("Home", "Sample 1 of seed 0"),
    ]:
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(bar(page).get_by_role("button", name="Pin")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sample 1 of seed 0", exact=True)).to_be_focused()


def test_what_is_pinned_lies_along_the_edge_and_is_used_from_there(
    page: Page, address: str
) -> None:
    on_a_phone(page)
    page.goto(f"{address}/sample?seed=7&pictures=16")
    tiles(page, "Sample 2 of seed 7").click()
    bar(page).get_by_role("button", name="Pin").click()
    dock = page.locator(".st-key-tray_dock")
    pinned = dock.get_by_role("button", name="seed 7, no. 2, T = 0.70", exact=True)
    expect(pinned).to_be_visible()
    expect(bar(page)).to_have_count(0)
    wait_until(lambda: is_in_sight(page, pinned))  # what is said of it may lie there first
    page.goto(page.url.replace("/sample", "/multiscale"))
    pinned.click()
    bar(page).get_by_role("button", name="Use as A").click()
    expect(page.get_by_alt_text("A: seed 7, no. 2, T = 0.70")).to_be_attached()
    at_rest(page)
    assert settings(page)["a_pin"] == ["seed 7, no. 2, T = 0.70"]
    pinned.click()
    bar(page).get_by_role("button", name="Remove").click()
    expect(pinned).to_have_count(0)
