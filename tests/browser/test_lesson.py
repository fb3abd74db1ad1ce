"""What a teacher does: walk through the lesson with a presenter's keys, and show an answer."""

import re

from playwright.sync_api import Page, expect

from explorer.ui.lesson import STOPS


def test_a_teacher_walks_on_and_back_by_keys_and_shows_an_answer(page: Page, address: str) -> None:
    page.goto(f"{address}/lesson")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name=STOPS[0].title)).to_be_visible()
    expect(page.get_by_alt_text("64 samples at temperature 0.70")).to_be_visible()
    expect(page.get_by_text(STOPS[0].answer)).not_to_be_visible()
    page.get_by_text("Answer", exact=True).click()
    expect(page.get_by_text(STOPS[0].answer)).to_be_visible()

    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", name=STOPS[1].title)).to_be_visible()
    expect(page.get_by_role("heading", name="Encode")).to_be_visible()
    expect(page).to_have_url(re.compile("lesson=2"))
    expect(page.get_by_text(STOPS[1].answer)).not_to_be_visible()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("heading", name=STOPS[0].title)).to_be_visible()
