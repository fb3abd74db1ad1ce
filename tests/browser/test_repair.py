"""What a visitor does with what is missing: paint it, frame it, stop the search, take an answer."""

import re

import numpy as np
import pytest
from browsing import at_rest, fits, on_a_phone, pixels_of, settings
from flows import small_flow
from playwright.sync_api import Page, expect

from explorer.views.pictures import Example
from explorer.views.repair import HalfMissing, Repair
from realnvp.inference import fold

FOUR = re.compile("^4 pictures that fit what is known of sample 2, at step 3$")
PAINTED = re.compile("to paint on: ")
KNOWN = re.compile("what is known of it")


def test_a_visitor_paints_what_is_missing_and_pins_an_answer(page: Page, address: str) -> None:
    page.goto(f"{address}/repair?steps=3&example=sample+2&hole=1+1+1")
    four = page.get_by_alt_text(FOUR)
    expect(four).to_be_visible()
    expect(page.get_by_alt_text(KNOWN)).to_have_attribute("alt", re.compile("all but 4 of 64"))

    box = page.locator("canvas").first.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] * 5.5 / 8, box["y"] + box["height"] * 5.5 / 8
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 1, at[1])
    page.mouse.up()
    expect(page.get_by_alt_text(PAINTED)).to_have_attribute("alt", re.compile("2 discs missing"))
    expect(page).to_have_url(re.compile(r"hole=1\+1\+1%2C\+5\.5"))
    expect(page.get_by_alt_text(KNOWN)).to_have_attribute("alt", re.compile("all but 9 of 64"))
    at_rest(page)

    page.get_by_role("button", name=re.compile("^No. 3: ")).click()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_alt_text(re.compile("^Pinned: sample 2, imagined no. 3"))).to_be_visible()


def test_the_page_shows_the_pixels_of_its_view(page: Page, address: str) -> None:
    page.goto(f"{address}/repair?steps=3&example=sample+2&missing=Half&half=lower&seed=5")
    four = page.get_by_alt_text(FOUR)
    expect(four).to_be_visible()
    flow = fold(small_flow())
    flow.name = "tiny"
    view = Repair(
        picture=Example(example="sample 2"), problem=HalfMissing(side="lower"), seed=5, steps=3
    )
    known = pixels_of(page.get_by_alt_text(KNOWN))
    assert np.array_equal(pixels_of(four)[:4, :8], known[:4])
    assert np.array_equal(view.run(flow).shown, known)
    assert page.get_by_alt_text("sample 2, the truth").count() == 0
    page.get_by_text("Show the truth").click()
    expect(page.get_by_alt_text("sample 2, the truth")).to_be_visible()


def test_a_box_is_moved_by_keys(page: Page, address: str) -> None:
    page.goto(f"{address}/repair?steps=3&example=sample+2&missing=Box&box_rows=25&box_rows=50")
    box = page.get_by_role("slider", name="The part that is missing")
    expect(box).to_be_visible()
    expect(page.get_by_alt_text(FOUR)).to_be_visible()
    at_rest(page)
    box.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"box_rows=37\.5&box_rows=62\.5"))
    expect(page.get_by_alt_text(re.compile("4 × 2 pixels from 2, 3"))).to_be_visible()


def test_a_search_is_stopped_and_goes_on(page: Page, address: str) -> None:
    page.goto(f"{address}/repair?steps=200&example=sample+2")  # so many that it can be stopped
    page.get_by_role("button", name="Stop", exact=True).click()
    on = page.get_by_role("button", name="Go on", exact=True)
    expect(on).to_be_visible()
    at_rest(page)
    (step,) = settings(page)["until"]
    assert 1 <= int(step) < 200
    stopped = page.get_by_alt_text(re.compile(f"^4 pictures that fit .*, at step {step}$"))
    expect(stopped).to_be_visible()

    page.goto(f"{address}/repair?steps=4&until=2&example=sample+2")
    on.click()
    expect(page.get_by_text("All 4 steps are taken.")).to_be_visible()
    assert "until" not in settings(page)


@pytest.mark.parametrize("missing", ["Paint", "Box"])
def test_the_answers_stand_beside_what_is_painted(page: Page, address: str, missing: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{address}/repair?steps=3&example=sample+2&missing={missing}")
    four = page.get_by_alt_text(FOUR)
    expect(four).to_be_visible()
    at_rest(page)
    given = page.locator("canvas").first
    if missing == "Box":
        given = page.get_by_role("slider", name="The part that is missing")
    else:
        expect(page.locator(".st-key-radius")).to_be_in_viewport(ratio=1)
    for seen in (four, given, page.get_by_role("spinbutton", name="Seed")):
        expect(seen).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("missing", ["Paint", "Box", "Detail"])
def test_repair_fits_a_phone(page: Page, address: str, missing: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/repair?steps=3&example=sample+2&missing={missing}")
    expect(page.get_by_alt_text(FOUR)).to_be_visible()
    at_rest(page)
    assert fits(page)
