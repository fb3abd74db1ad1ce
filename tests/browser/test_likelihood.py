"""What a visitor does to see that likely is not good: warms samples, ranks odd ones out."""

import re

from playwright.sync_api import Page, expect


def test_a_visitor_warms_samples_and_ranks_out_of_distribution_pictures(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/likelihood")
    before = page.get_by_alt_text("16 samples at temperature 1.00, seed 0").get_attribute("src")
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowLeft")
    cooler = page.get_by_alt_text("16 samples at temperature 0.95, seed 0")
    expect(cooler).to_be_visible()
    assert cooler.get_attribute("src") != before

    page.get_by_text("Out of distribution", exact=True).click()
    expect(page.get_by_alt_text("what it was turned into")).to_be_visible()
    expect(page.get_by_text("costs least")).to_be_visible()
    expect(page).to_have_url(re.compile("likelihood=Out"))
