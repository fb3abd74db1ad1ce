"""What a visitor does with a picture: send it, crop it, see where its bits go, pin it."""

import re
from decimal import Decimal

import numpy as np
import pytest
from browsing import at_rest, fits, on_a_phone, pixels_of, send
from flows import small_flow
from playwright.sync_api import Page, expect
from sent_files import noise, photo

from realnvp.fitting import fit
from realnvp.image_encoding import data_url
from realnvp.viz import to_rgb


class CropBox:
    """The box over the picture, in pixels of the picture."""

    def __init__(self, page: Page, width: int) -> None:
        self.page = page
        self.box = page.get_by_role("slider", name="The part that is used")
        expect(self.box).to_have_count(1)  # an old one stays until the page has been run to its end
        expect(self.box).to_be_visible()
        self.box.scroll_into_view_if_needed()
        frame = page.locator(".st-key-crop .frame").bounding_box()
        assert frame is not None
        self.left, self.top, self.scale = frame["x"], frame["y"], frame["width"] / width

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=4)

    def says(self, words: str) -> None:
        expect(self.box).to_have_attribute("aria-valuetext", words)


def test_a_visitor_crops_an_upload_and_follows_its_bits(page: Page, address: str) -> None:
    page.goto(f"{address}/encode?source=Upload")
    expect(page.get_by_alt_text("sample 1 at 8 × 8")).to_be_visible()
    send(page, "mine.png", photo())
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    used = page.get_by_alt_text(re.compile("mine.png, with a box around the part that is used"))
    expect(used).to_have_attribute("alt", re.compile("60 × 60 pixels from 15, 0"))
    assert np.array_equal(pixels_of(used), noise(90, 60))

    shown = page.get_by_alt_text("mine.png at 8 × 8")
    crop = CropBox(page, 90)
    crop.drag((75, 60), (55, 40))  # the lower right corner; the opposite one stays
    crop.says("40 × 40 pixels from 15, 0")
    expect(used).to_have_attribute("alt", re.compile("40 × 40 pixels from 15, 0"))
    cut, _ = fit(noise(90, 60), (8, 8), 3, (15, 0, 55, 40))
    expect(shown).to_have_attribute("src", data_url(to_rgb(cut)[0]))  # it is held still
    page.mouse.up()
    expect(used).to_have_attribute("alt", re.compile("40 × 40 pixels from 15, 0"))
    crop.drag((35, 20), (50, 30))
    page.mouse.up()
    expect(used).to_have_attribute("alt", re.compile("40 × 40 pixels from 30, 10"))
    page.wait_for_url(re.compile("zoom=1.5"))
    cut, _ = fit(noise(90, 60), (8, 8), 3, (30, 10, 70, 50))
    expect(shown).to_have_attribute("src", data_url(to_rgb(cut)[0]))
    back = page.get_by_alt_text("mine.png, encoded and decoded", exact=True)
    expect(back).to_have_attribute("src", shown.get_attribute("src") or "")

    page.get_by_role("tab", name="Where the bits go").click()
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


def test_the_box_follows_the_keys_and_the_link_restores_it(page: Page, address: str) -> None:
    page.goto(f"{address}/encode?source=Upload&zoom=2&left_right=0")
    send(page, "mine.png", photo())
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    crop = CropBox(page, 90)
    crop.says("30 × 30 pixels from 0, 15")

    crop.box.focus()
    for key, words in [
        ("ArrowRight", "30 × 30 pixels from 1, 15"),
        ("Shift+ArrowDown", "30 × 30 pixels from 1, 24"),
        ("ArrowUp", "30 × 30 pixels from 1, 23"),
        ("-", "28 × 28 pixels from 2, 24"),
        ("+", "30 × 30 pixels from 1, 23"),
        ("Home", "60 × 60 pixels from 15, 0"),
        ("Shift+ArrowRight", "60 × 60 pixels from 24, 0"),
    ]:
        page.keyboard.press(key)
        crop.says(words)
    page.keyboard.press("-")
    crop.says("56 × 56 pixels from 26, 2")
    used = page.get_by_alt_text(re.compile("mine.png, with a box around the part that is used"))
    expect(used).to_have_attribute("alt", re.compile("56 × 56 pixels from 26, 2"))
    page.wait_for_url(re.compile("zoom=1.07"))

    page.goto(page.url)
    send(page, "mine.png", photo())
    expect(used).to_have_attribute("alt", re.compile("56 × 56 pixels from 26, 2"))
    numbers = page.get_by_role("button", name="Exact values")
    expect(numbers).to_have_count(1)  # the old one stays until the page has been run to its end
    numbers.click()
    slider = page.locator(".st-key-left_right input[type=range]")
    assert float(slider.input_value()) == pytest.approx(100 * 26.5 / 34, abs=0.1)
    slider.press("End")
    CropBox(page, 90).says("56 × 56 pixels from 34, 2")


def test_keys_that_are_pressed_quickly_are_not_taken_back(page: Page, address: str) -> None:
    page.goto(f"{address}/encode?zoom=4&left_right=0&up_down=0")
    crop = CropBox(page, 8)
    crop.says("2 × 2 pixels from 0, 0")
    crop.box.focus()
    for key in ["ArrowRight", "ArrowDown"] * 4:
        page.keyboard.press(key)
    crop.says("2 × 2 pixels from 4, 4")
    page.wait_for_url(re.compile("left_right=75.*up_down=75|up_down=75.*left_right=75"))
    crop.says("2 × 2 pixels from 4, 4")


# Whether the camera's picture is there: it is red at the right.
SEES = """() => {
  const video = document.querySelector("video");
  if (video?.readyState !== 4) return false;
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(video, video.videoWidth * 0.9, 0, 1, 1, 0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data[0] > 128;
}"""


def test_a_photo_is_taken_and_encoded(page: Page, address: str) -> None:
    page.context.grant_permissions(["camera"])
    page.goto(f"{address}/encode?source=Camera")
    expect(page.get_by_alt_text("sample 1 at 8 × 8")).to_be_visible()
    page.wait_for_function(SEES)  # the first frames may be black
    page.get_by_role("button", name="Take Photo").click()
    shown = page.get_by_alt_text(re.compile(r"^.*\.jpg at 8 × 8$"))
    expect(shown).to_be_visible()
    red, *others = pixels_of(shown).astype(int).transpose(2, 0, 1)
    wanted = 255 * (np.linspace(40, 280, 9)[:-1] + 15) / 320  # the square in the middle of it
    assert np.abs(red - wanted).max() < 20  # what a JPEG and a video cost
    assert max(other.max() for other in others) < 20
    at_rest(page)  # until then what is shown may be the picture's before
    expect(page.get_by_text("192 of 192")).to_be_visible()


def test_the_page_fits_a_phone(page: Page, address: str) -> None:
    on_a_phone(page)
    for look in ("Levels", "Where the bits go", "Map of the bits"):
        page.goto(f"{address}/encode?look={look}")
        expect(page.get_by_alt_text("sample 1 at 8 × 8")).to_be_visible()
        expect(page.get_by_role("tab", name=look)).to_have_attribute("aria-selected", "true")
        assert fits(page)


def test_a_finger_moves_the_box_and_scrolls_where_it_cannot(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/encode?zoom=1")
    crop = CropBox(page, 8)
    touch = "element => getComputedStyle(element).touchAction"
    assert crop.box.evaluate(touch) == "auto"
    assert page.locator(".box i").first.evaluate(touch) == "none"
    crop.drag((8, 8), (4, 4))
    page.mouse.up()
    crop.says("4 × 4 pixels from 0, 0")
    assert crop.box.evaluate(touch) == "none"
