"""What a visitor does with levels: change one, look at the pixels, paint, pin, take it away."""

import re

import numpy as np
import torch
from browsing import fits, on_a_phone, pixels_of
from flows import small_flow
from playwright.sync_api import Page, expect

from realnvp.explore.pixel_masks import disc_mask
from realnvp.explore.pixel_masks import paste as pasted


def test_a_visitor_changes_levels_paints_and_pins(page: Page, address: str) -> None:
    page.goto(f"{address}/multiscale?show=Resample&resampled=")
    picture = page.get_by_alt_text(re.compile("16 variants of seed 1, .*, new noise in no level"))
    expect(picture).to_be_visible()
    first, last = pixels_of(picture)[:8, :8], pixels_of(picture)[-8:, -8:]
    assert np.array_equal(first, last)
    page.get_by_role("button", name="1", exact=True).click()
    picture = page.get_by_alt_text(re.compile("16 variants of seed 1, .*, new noise in level 1,"))
    expect(picture).to_be_visible()
    assert not np.array_equal(pixels_of(picture)[:8, :8], pixels_of(picture)[-8:, -8:])

    page.get_by_text("Paste", exact=True).click()
    board = page.get_by_alt_text(re.compile("to paint on: 1 disc"))
    expect(board).to_be_visible()
    expect(page).to_have_url(re.compile("show=Paste"))
    page.get_by_role("button", name="Clear", exact=True).click()
    board = page.get_by_alt_text(re.compile("to paint on: 0 discs"))
    expect(board).to_be_visible()
    box = board.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] * 2.5 / 8, box["y"] + box["height"] * 5.5 / 8
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 1, at[1])
    page.mouse.up()
    result = page.get_by_alt_text(re.compile(r"seed 1, .* levels 1, 2 and 3 in 1 disc$"))
    expect(result).to_be_visible()
    flow = small_flow()
    a, b = (flow.draw(1, 0.7, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    expected = flow.decode(pasted(flow, a, b, disc_mask(5.5, 2.5, 1, (8, 8)), range(3)))
    assert np.array_equal(pixels_of(result), expected[0].permute(1, 2, 0).numpy())
    expect(page).to_have_url(re.compile(r"discs=5\.5"))

    page.get_by_role("button", name="seed 1, T = 0.70 with a part of seed 2, T = 0.70").click()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_alt_text(re.compile("^Pinned: seed 1.*with a part of"))).to_be_visible()


def test_levels_fit_a_phone_and_the_brush_takes_a_finger(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/multiscale?show=Paste&discs=1+1+1")
    board = page.get_by_alt_text(re.compile("to paint on: 1 disc"))
    expect(board).to_be_visible()
    assert fits(page)
    canvas = page.locator("canvas")
    assert canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    page.mouse.up()
    expect(page.get_by_alt_text(re.compile("to paint on: [3-9] discs"))).to_be_visible()


def test_what_compress_is_set_with_is_in_sight_with_its_pictures(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{address}/multiscale?show=Compress&rows=4")
    shown = page.get_by_alt_text(re.compile("of its latents kept, .* new in 4 rows"))
    expect(shown).to_be_visible()
    for seen in (shown, page.locator(".st-key-temperature"), page.locator(".st-key-seed")):
        expect(seen).to_be_in_viewport(ratio=1)
