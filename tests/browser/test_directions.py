"""What a visitor does on Directions: teach one by pressing pictures, and move along it."""

import re

import numpy as np
import torch
from browsing import pixels_of
from flows import small_flow
from playwright.sync_api import Page, expect

from realnvp.explore.directions import MINE, steer
from realnvp.explore.learnt_directions import taught
from realnvp.inference import fold
from realnvp.viz import image_grid


def test_a_visitor_teaches_a_direction_and_moves_along_it(page: Page, address: str) -> None:
    page.goto(f"{address}/directions")
    expect(page.get_by_text(re.compile("came without directions"))).to_be_visible()
    expect(page.get_by_alt_text(re.compile("before and after: not moved$"))).to_be_visible()

    def press(number: int, sheet: str) -> None:
        page.get_by_role("button", name=f"sample 0 no. {number}", exact=True).click()
        expect(page.get_by_alt_text(f"Pictures to teach from: {sheet}")).to_be_visible()

    press(1, "1 yes, 0 no")
    press(3, "2 yes, 0 no")
    page.get_by_role("radio", name="No", exact=True).click()
    press(2, "2 yes, 1 no")
    press(6, "2 yes, 2 no")
    expect(page.get_by_text(re.compile("% of your 4 pictures are told right"))).to_be_visible()

    slider = page.get_by_role("group", name=re.compile("^Mine")).locator("input")
    for _ in range(5):
        slider.press("ArrowRight")
    moved = page.get_by_alt_text(re.compile(r"before and after: Mine \+0\.5$"))
    expect(moved).to_be_visible()
    flow = fold(small_flow())
    drawn = flow.draw(16, 0.7, torch.Generator().manual_seed(0))
    mine = taught(MINE, drawn[[0, 2]], drawn[[1, 5]])
    a = flow.draw(1, 0.7, torch.Generator().manual_seed(1))
    z = torch.cat([a, steer(mine, a, [0.5], keep_norm=True)])
    expected = image_grid(flow.decode(z), 2, gap=2)
    assert np.array_equal(pixels_of(moved, "RGBA"), expected)
    expect(page).to_have_url(re.compile("taught_yes=sample"))
