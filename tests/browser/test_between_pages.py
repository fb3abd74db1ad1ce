"""What a visitor leaves behind on one page is in no other page's way."""

import re
from collections.abc import Callable

from browsing import choose
from playwright.sync_api import Page, expect


def test_the_strip_of_home_is_not_that_of_a_path(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_alt_text(re.compile("20 samples at temperature"))).to_be_visible()
    choose(page, "Interpolate")
    page.get_by_text("Path", exact=True).click()
    frame = page.get_by_role("button", name=re.compile("^Frame 3"))
    frame.click()
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_visible()
    expect(page.get_by_text("encountered an error")).to_have_count(0)


def test_the_model_of_a_link_stays_when_pages_change(
    page: Page, address: str, offer: Callable[..., str]
) -> None:
    second_model = offer("zwei", seed=1, num_levels=2)
    page.goto(f"{address}/encode?checkpoint={second_model}")
    chosen = page.get_by_test_id("stSidebar").get_by_text("2 levels")
    expect(chosen).to_be_visible()
    for title in ("Sample", "Atlas", "Encode"):
        choose(page, title)
        expect(chosen).to_be_visible()
        expect(page.get_by_test_id("stSidebar").get_by_text("3 levels")).to_have_count(0)
