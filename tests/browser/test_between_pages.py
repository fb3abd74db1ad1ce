"""What a visitor leaves behind on one page is in no other page's way."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows import small_flow
from playwright.sync_api import Page, expect

from realnvp.checkpoint import save

pytestmark = pytest.mark.browser


@pytest.fixture
def second_model(models: Path) -> Iterator[str]:
    save(small_flow(1, num_levels=2), models / "zwei")
    yield "zwei"
    shutil.rmtree(models / "zwei")


def go(page: Page, title: str) -> None:
    """To a page by the menu."""
    menu = page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(f"{title}$"))
    menu.click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_the_strip_of_home_is_not_that_of_a_path(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_alt_text(re.compile("20 samples at temperature"))).to_be_visible()
    go(page, "Interpolate")
    frame = page.get_by_role("button", name=re.compile("^Frame 3"))
    frame.click()
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_visible()
    expect(page.get_by_text("encountered an error")).to_have_count(0)


def test_the_model_of_a_link_stays_when_pages_change(
    page: Page, address: str, second_model: str
) -> None:
    page.goto(f"{address}/encode?checkpoint={second_model}")
    chosen = page.get_by_test_id("stSidebar").get_by_text("2 levels")
    expect(chosen).to_be_visible()
    for title in ("Sample", "Atlas", "Encode"):
        go(page, title)
        expect(chosen).to_be_visible()
        expect(page.get_by_test_id("stSidebar").get_by_text("3 levels")).to_have_count(0)
