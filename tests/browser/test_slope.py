"""What a student does on Slope: bend the curve by its sliders, and read what the slope does."""

import io
import re

import numpy as np
from browsing import fits, on_a_phone
from flows import small_flow
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.views.slope import Slope


def shown(page: Page, view: Slope) -> np.ndarray:
    """The picture, once it is the one of this view."""
    picture = page.get_by_role("img", name=re.compile(rf"slope {view.inside:g} around x ="))
    expect(picture).to_be_visible()
    file = page.request.get(picture.evaluate("node => node.src")).body()
    return np.array(Image.open(io.BytesIO(file)).convert("RGB"))


def test_a_student_bends_the_curve_and_goes_back(page: Page, address: str) -> None:
    page.goto(f"{address}/slope?inside=0.2")
    flow, flat, steep = small_flow(), Slope(inside=0.2), Slope(inside=4.0)
    assert np.array_equal(shown(page, flat), flat.draw(flow).pixels)
    slider = page.get_by_role("slider", name="Slope in the middle")
    slider.press("End")
    expect(page).to_have_url(re.compile(r"inside=4\b"))
    assert np.array_equal(shown(page, steep), steep.draw(flow).pixels)
    expect(page.get_by_text("as large in z, so the data").first).to_be_visible()
    page.reload()
    assert np.array_equal(shown(page, steep), steep.draw(flow).pixels)


def test_the_curve_fits_a_phone_and_comes_first(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/slope")
    picture = page.get_by_role("img", name=re.compile("slope .* around x ="))
    expect(picture).to_be_visible()
    slider = page.get_by_role("slider", name="Slope in the middle")
    expect(slider).to_be_visible()
    above, below = picture.bounding_box(), slider.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    assert fits(page)
