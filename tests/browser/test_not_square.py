"""Pictures that are not square keep their shape in what is drawn in the browser."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import at_rest
from playwright.sync_api import Page, expect

NAME = "zz-wide"  # the last one: what opens without a choice stays what it was
HEIGHT, WIDTH = 8, 16


def test_a_pad_has_the_shape_of_the_pictures(
    page: Page, address: str, offer: Callable[..., str]
) -> None:
    offer(NAME, image_size=(HEIGHT, WIDTH))
    page.goto(f"{address}/interpolate?checkpoint={NAME}&view=Pad")
    for part in (page.locator(".pad canvas"), page.locator(".pad .field")):
        expect(part).to_be_visible()
        box = part.bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(WIDTH / HEIGHT, rel=0.05)


def test_a_place_on_a_pad_is_where_it_was_pressed(
    page: Page, address: str, offer: Callable[..., str]
) -> None:
    offer(NAME, image_size=(HEIGHT, WIDTH))
    page.goto(f"{address}/interpolate?checkpoint={NAME}&view=Pad")
    field = page.locator(".pad .field")
    expect(field).to_be_visible()
    at_rest(page)  # until then it may grow
    box = field.bounding_box()
    assert box is not None
    field.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
    page.wait_for_url(re.compile("x=.*y="))
    found = parse_qs(urlsplit(page.url).query)
    place = [float(found[name][0]) for name in "xy"]
    assert place == pytest.approx([0.5, 0.5], abs=0.02)
