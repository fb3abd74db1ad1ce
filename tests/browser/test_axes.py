"""What a visitor does on Axes and Models: vary two settings, go on elsewhere, compare."""

import numpy as np
from browsing import pixels_of
from flows import small_flow
from playwright.sync_api import Page, expect

from realnvp.explore.axes import evenly
from realnvp.explore.cells import draw_cells
from realnvp.inference import fold
from realnvp.viz import image_grid


def test_a_visitor_varies_two_settings_and_takes_a_cell_elsewhere(page: Page, address: str) -> None:
    page.goto(f"{address}/axes?rows_cells=2&columns_cells=3")
    grid = page.get_by_alt_text("Grid of 6: seed 0 to 1 from top to bottom, temperature 0.00 to")
    expect(grid).to_be_visible()
    shown = pixels_of(grid, "RGBA")
    sides = evenly("seed", 0, 0, 2), evenly("temperature", 0.0, 1.0, 3)
    expected = image_grid(draw_cells(fold(small_flow()), *sides).images, 3, gap=2)
    assert np.array_equal(shown, expected)

    page.get_by_role("button", name="seed 1, temperature 0.50", exact=True).click()
    page.get_by_role("button", name="→ Interpolate").click()
    expect(page.get_by_role("heading", name="Interpolate")).to_be_visible()
    expect(page.get_by_role("button", name="A: seed 1, T = 0.50")).to_be_visible()
    expect(page.get_by_alt_text("Pinned: seed 1, T = 0.50").first).to_be_visible()


def test_a_visitor_compares_two_models(page: Page, address: str) -> None:
    page.goto(f"{address}/models")
    expect(page.get_by_role("button", name="In use")).to_be_disabled()
    page.get_by_role("tab", name="Side by side").click()
    expect(page.get_by_alt_text("16 samples of tiny at temperature 0.70, seed 0")).to_have_count(2)
