"""The menu of pages makes way for the page that was chosen, where it lies over it."""

import re
from collections.abc import Callable

import pytest
from browsing import at_rest, choose, pick
from playwright.sync_api import Page, expect

# What the sidebar was, from now on.
WATCH = """() => {
  const sidebar = document.querySelector("[data-testid=stSidebar]");
  window.states = [sidebar.dataset.collapsed];
  const see = () => window.states.push(sidebar.dataset.collapsed);
  new MutationObserver(see).observe(sidebar, { attributeFilter: ["data-collapsed"] });
}"""


@pytest.fixture
def opened(page: Page, address: str) -> Callable[[int], None]:
    """Opens a page in a window of this width."""

    def at(width: int) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{address}/encode")
        expect(page.get_by_text("192 of 192")).to_be_visible()
        at_rest(page)  # a list that is opened before closes when the page is drawn to its end

    return at


def test_on_a_phone_the_menu_closes_when_a_page_is_chosen(
    page: Page, opened: Callable[[int], None]
) -> None:
    opened(390)
    sidebar = page.get_by_test_id("stSidebar")
    for title in ("Interpolate", "Sample"):
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        choose(page, title)
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        page.evaluate(WATCH)
    expect(page.get_by_alt_text("64 samples at temperature 0.70, seed 0")).to_be_visible()


def test_on_a_phone_the_menu_stays_while_it_is_used(
    page: Page, opened: Callable[[int], None]
) -> None:
    opened(390)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    page.evaluate(WATCH)
    pick(sidebar.get_by_role("combobox", name="Checkpoint"), "tiny")
    sidebar.get_by_role("button", name=re.compile("recipe", re.IGNORECASE)).first.click()
    assert page.evaluate("states") == ["false"]


def test_on_a_wide_window_the_menu_never_moves(page: Page, opened: Callable[[int], None]) -> None:
    opened(1400)
    page.evaluate(WATCH)
    for title in ("Interpolate", "Encode"):
        choose(page, title)
    expect(page.get_by_text("192 of 192")).to_be_visible()
    assert page.evaluate("states") == ["false"]
