"""What Home does before anybody presses anything, and once somebody does."""

import re

from browsing import at_rest, source_of
from patience import wait_until
from playwright.sync_api import Locator, Page, expect


def moving(page: Page) -> Locator:
    return page.locator(".st-key-corners canvas")


def test_the_pad_moves_until_it_is_taken_hold_of(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(address)
    expect(moving(page)).to_be_visible()
    seen: set[str] = set()

    def several() -> bool:
        seen.add(source_of(moving(page)))
        return len(seen) > 3

    wait_until(several)

    field = page.locator(".st-key-corners .field")
    field.click(position={"x": 5, "y": 5})
    at_rest(page)
    expect(field).to_have_attribute("aria-valuenow", re.compile("^-0.9"))
    still = field.get_attribute("aria-valuetext")
    page.wait_for_timeout(1000)
    assert field.get_attribute("aria-valuetext") == still


def test_who_wants_less_motion_gets_none(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    place = page.locator(".st-key-corners .said")
    expect(place).to_contain_text("45°")
    page.wait_for_timeout(1000)
    assert place.text_content() == "φ′ 45°, φ 45°"
