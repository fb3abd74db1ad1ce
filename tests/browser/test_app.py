"""What a visitor does: open the app, move a slider, send a picture."""

import re

import numpy as np
from browsing import drag, fits, on_a_phone, send
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from sent_files import photo

# Samples follow their slider while it is held; when it is let go, the page draws them itself.
FETCHED, DRAWN_BY_THE_PAGE = re.compile("^blob:"), re.compile("^data:image/webp")
MOVED = re.compile("^16 samples at temperature 0.[456]")  # by a fifth of the track, from 0.3


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
    expect(moved).to_have_attribute("src", DRAWN_BY_THE_PAGE)
    expect(page).to_have_url(re.compile(r"temperature=0\.75"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    with Image.open(download.value.path()) as picture:
        assert picture.size == (8 * 8 + 7 * 2,) * 2
        assert '"temperature": 0.75' in picture.info["realnvp"]
        own = np.array(picture)
    with page.expect_download() as download:
        page.get_by_role("button", name="×4").click()
    with Image.open(download.value.path()) as picture:
        assert np.array_equal(np.array(picture), own.repeat(4, 0).repeat(4, 1))
        assert '"temperature": 0.75' in picture.info["realnvp"]

    page.get_by_role("link", name="Encode").first.click()
    expect(page.get_by_text("192 of 192")).to_be_visible()
    page.get_by_role("button", name="sample 3", exact=True).click()
    expect(page.get_by_alt_text("sample 3 at 8 × 8")).to_be_visible()
    page.get_by_text("Upload", exact=True).click()
    send(page, "mine.png", photo())
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Error of mine.png.*no byte differs"))).to_be_visible()

    send(page, "broken.png", photo()[:45])
    expect(page.get_by_text("cut off").first).to_be_visible()


def test_samples_follow_the_temperature_while_it_is_dragged(page: Page, address: str) -> None:
    open_samples(page, address)
    drag(page, 0.4, steps=5)
    value = float(page.locator("input[type=range]").first.input_value())
    assert 0.7 < value < 1.1
    there = page.get_by_alt_text(f"16 samples at temperature {value:.2f}, seed 0, as drawn")
    expect(there).to_have_attribute("src", FETCHED)
    expect(page).to_have_url(re.compile(r"temperature=0\.3"))
    before = bytes_of(there)
    page.mouse.up()
    expect(there).to_have_attribute("src", DRAWN_BY_THE_PAGE)
    assert bytes_of(there) == before
    expect(page).not_to_have_url(re.compile(r"temperature=0\.3"))


def test_who_drags_back_sees_what_was_there(page: Page, address: str) -> None:
    open_samples(page, address)
    x, y, width = drag(page, 0.2)
    expect(page.get_by_alt_text(MOVED)).to_have_attribute("src", FETCHED)

    # The answer to the next place comes when the slider has left it already.
    kept: list[Route] = []
    page.route("**/tiles/**", lambda route: kept.append(route))
    with page.expect_request("**/tiles/**"):
        page.mouse.move(x + width * 0.4, y)
    page.mouse.move(x, y)
    page.mouse.up()
    first = page.get_by_alt_text("16 samples at temperature 0.30, seed 0, as drawn")
    expect(first).to_have_attribute("src", DRAWN_BY_THE_PAGE)
    with page.expect_response("**/tiles/**"):
        kept[0].continue_()
    page.wait_for_timeout(500)
    expect(first).to_have_attribute("src", DRAWN_BY_THE_PAGE)


def test_samples_follow_a_slider_that_came_after_them(page: Page, address: str) -> None:
    with page.add_init_script(
        "const find = document.querySelector.bind(document);"
        "document.querySelector = (words) =>"
        " words.includes('type=range') && !window.sliderIsThere ? null : find(words);"
    ):
        open_samples(page, address)
    page.evaluate("window.sliderIsThere = true")
    drag(page, 0.2)
    expect(page.get_by_alt_text(MOVED)).to_have_attribute("src", FETCHED)
    page.mouse.up()


def test_samples_that_were_turned_away_are_asked_for_again(
    page: Page, address: str, complaints: list[str]
) -> None:
    open_samples(page, address)
    page.route("**/tiles/**", lambda route: route.fulfill(status=503), times=1)
    drag(page, 0.2)
    expect(page.get_by_alt_text(MOVED)).to_have_attribute("src", FETCHED)
    page.mouse.up()
    (refusal,) = complaints
    assert "503" in refusal
    complaints.clear()


def open_samples(page: Page, address: str) -> None:
    """Sixteen, cold enough to be warmed."""
    page.goto(f"{address}/sample?temperature=0.3&pictures=16")
    expect(page.get_by_alt_text("16 samples at temperature 0.30, seed 0")).to_be_visible()


def bytes_of(image: Locator) -> list[int]:
    """Its pixels, RGBA, as the browser has decoded them."""
    return image.evaluate(
        """image => {
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
        }"""
    )


def test_a_phone_needs_no_sideways_scrolling(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(address)
    expect(page.get_by_alt_text("20 samples")).to_be_visible()
    assert fits(page)
