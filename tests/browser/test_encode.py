"""What a visitor does with a picture: send it, crop it, see where its bits go, pin it."""

import base64
import io
import re
from decimal import Decimal

import numpy as np
import pytest
from flows import small_flow
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from realnvp.images import fit, zoomed_box

pytestmark = pytest.mark.browser

PHOTO = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)


def pixels_of(image: Locator) -> np.ndarray:
    """What the browser was given to show, (H, W, 3)."""
    url = image.get_attribute("src") or ""
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1]))).convert("RGB"))


def send(page: Page, name: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PHOTO).save(buffer, "PNG")
    file = {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()}
    page.locator("input[type=file][accept*=png]").first.set_input_files(file)  # type: ignore[arg-type]


def move(page: Page, key: str, steps: int) -> None:
    slider = page.locator(f".st-key-{key} input[type=range]")
    slider.focus()
    for _ in range(steps):
        slider.press("ArrowRight")


def test_a_visitor_crops_an_upload_and_follows_its_bits(page: Page, address: str) -> None:
    page.goto(f"{address}/encode?source=Upload")
    expect(page.get_by_alt_text("sample 1 at 8 × 8")).to_be_visible()
    send(page, "mine.png")
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    used = page.get_by_alt_text(re.compile("mine.png, the part that is used"))
    expect(used).to_have_attribute("alt", re.compile("60 × 60 pixels from 15, 0"))

    shown = page.get_by_alt_text("mine.png at 8 × 8")
    whole_photo = shown.get_attribute("src") or ""

    move(page, "zoom", 5)
    move(page, "left_right", 10)
    box = zoomed_box(PHOTO, (8, 8), 1.5, 0.6, 0.5)
    assert box == (30, 10, 70, 50)
    expect(used).to_have_attribute("alt", re.compile("40 × 40 pixels from 30, 10"))
    assert "zoom=1.5" in page.url
    assert "left_right=60" in page.url
    cut, _ = fit(PHOTO, (8, 8), 3, box)
    expect(shown).not_to_have_attribute("src", whole_photo)
    assert np.array_equal(pixels_of(shown), cut[0].permute(1, 2, 0).numpy())
    back = page.get_by_alt_text("mine.png, encoded and decoded", exact=True)
    expect(back).to_have_attribute("src", shown.get_attribute("src") or "")

    page.get_by_role("tab", name="Ledger").click()
    chart = page.locator(".st-key-waterfall")
    expect(chart.get_by_text("bytes, ln 256")).to_be_visible()
    bars = chart.locator("text.bartext")
    expect(bars).to_have_count(12 + 1)
    *parts, total = [Decimal(text.replace("−", "-")) for text in bars.all_text_contents()]
    assert sum(parts) == total
    assert total == Decimal(f"{float(small_flow().bits_per_dim(cut)):.3f}")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("cell", name="prior, level 3")).to_be_visible()

    page.get_by_role("tab", name="Map of the bits").click()
    whole = page.get_by_alt_text(re.compile(f"Map of total, .*: mean {total} "))
    expect(whole).to_be_visible()
    assert len(np.unique(pixels_of(whole)[:8].reshape(-1, 3), axis=0)) > 4

    page.get_by_role("button", name=re.compile("^(push_pin )?Pin$")).click()
    expect(page.get_by_alt_text("Pinned: mine.png")).to_be_visible()


def test_the_page_fits_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for look in ("Levels", "Ledger", "Map of the bits"):
        page.goto(f"{address}/encode?look={look}")
        expect(page.get_by_alt_text("sample 1 at 8 × 8")).to_be_visible()
        expect(page.get_by_role("tab", name=look)).to_have_attribute("aria-selected", "true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
