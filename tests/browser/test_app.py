"""What a visitor does: open the app, move a slider, send a picture."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_visitor_samples_and_uploads(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_alt_text("20 samples at temperature 0.7")).to_be_visible()

    page.get_by_role("link", name="Sample").first.click()
    expect(page.get_by_role("heading", name="Sample")).to_be_visible()
    before = page.get_by_alt_text("64 samples at temperature 0.70, seed 0").get_attribute("src")
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    moved = page.get_by_alt_text("64 samples at temperature 0.75, seed 0")
    expect(moved).to_be_visible()
    assert moved.get_attribute("src") != before
    assert "temperature=0.75" in page.url
    page.get_by_role("button", name="Recipe", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    page.keyboard.press("Escape")
    with Image.open(download.value.path()) as picture:
        assert picture.size == (8 * 8 + 7 * 2,) * 2
        assert '"temperature": 0.75' in picture.info["realnvp"]

    page.get_by_role("link", name="Encode").first.click()
    expect(page.get_by_text("192 of 192")).to_be_visible()
    page.get_by_role("button", name="sample 3", exact=True).click()
    expect(page.get_by_alt_text("sample 3 at 8 × 8")).to_be_visible()
    page.get_by_text("Upload", exact=True).click()
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Error of mine.png.*no byte differs"))).to_be_visible()

    broken = file | {"name": "broken.png", "buffer": buffer.getvalue()[:400]}
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("damaged or cut off")).to_be_visible()
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()


def test_a_phone_needs_no_sideways_scrolling(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(page.get_by_alt_text("20 samples")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
