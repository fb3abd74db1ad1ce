"""What a visitor does on the map: zoom, take a picture, go on to its neighbour, place one."""

import math
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
from browsing import pixels_of
from flows import small_flow
from playwright.sync_api import Locator, Page, expect

from realnvp.explore.atlas import neighbour_sheet, neighbours
from realnvp.explore.encode_set import encode_set
from realnvp.explore.maps import points_of
from realnvp.explore.selection import from_text, inside
from realnvp.inference import fold


def colours_on(canvas: Locator) -> int:
    """How many different pixels the canvas has."""
    return canvas.evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )


def test_a_visitor_walks_from_a_picture_to_its_neighbours(page: Page, address: str) -> None:
    page.goto(f"{address}/atlas")
    canvas = page.get_by_role("application", name="Map of 400 latents by PCA")
    expect(canvas).to_be_visible()
    expect(canvas).to_have_attribute("data-drawn", "thumbnails")
    assert colours_on(canvas) > 1000  # pictures, not dots

    canvas.focus()
    for _ in range(4):
        canvas.press("+")
    canvas.press("ArrowLeft")
    canvas.press("Enter")
    looked_at = page.get_by_alt_text("Looked at: no. ")
    expect(looked_at).not_to_have_attribute("alt", "Looked at: no. 1")
    row = int((looked_at.get_attribute("alt") or "").rpartition(" ")[2]) - 1
    expect(page.get_by_role("spinbutton", name="Picture no.")).to_have_value(str(row + 1))

    near = page.get_by_alt_text(f"nearest to no. {row + 1} in latents")
    shown = pixels_of(near, "RGBA")
    atlas = encode_set(fold(small_flow()), None)
    rows = slice(row, row + 1)
    found = neighbours(atlas, atlas.z[rows], atlas.images[rows], without=row)
    assert np.array_equal(shown, neighbour_sheet(atlas, found))

    first = int(found.latents[0]) + 1
    page.get_by_role("button", name=f"no. {first}: neighbour 1 in latents").click()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_alt_text(f"Looked at: no. {first}", exact=True)).to_be_visible()


def test_a_press_takes_the_picture_under_it_and_one_can_be_placed(page: Page, address: str) -> None:
    page.goto(f"{address}/atlas?marks=Dots&at=7")
    canvas = page.get_by_role("application", name="looked at: no. 7")
    expect(canvas).to_have_attribute("data-drawn", "dots")
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.get_by_role("application", name="looked at: no. 7")).to_have_count(0)
    expect(page.get_by_alt_text("Looked at: no. ")).to_be_visible()

    page.get_by_text("Place a picture on the map").click()
    expect(page.get_by_alt_text("Looked at: sample 1", exact=True)).to_be_visible()
    expect(page.get_by_role("application", name="looked at: sample 1")).to_be_visible()


def test_a_lasso_selects_what_is_in_it_and_escape_lets_go(page: Page, address: str) -> None:
    page.goto(f"{address}/atlas?marks=Dots")
    canvas = page.get_by_role("application")
    expect(canvas).to_have_attribute("data-drawn", "dots")
    page.get_by_role("button", name="Lasso", exact=True).click()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = box["height"] / 4
    for step in range(41):
        angle = 2 * math.pi * step / 41
        page.mouse.move(middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle))
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    selected = page.get_by_text("pictures are selected", exact=False)
    expect(selected).to_be_visible()
    expect(page.get_by_alt_text("Looked at: no. 1", exact=True)).to_be_visible()  # no press

    # What the page says is what the written region holds, on the map as the core has it.
    query = parse_qs(urlsplit(page.url).query)
    atlas = encode_set(fold(small_flow()), None)
    rows = inside(points_of(atlas.z, "PCA"), from_text(query["region"][0]))
    assert 0 < len(rows) < len(atlas.images)
    expect(selected).to_contain_text(f"{len(rows)} pictures are selected")

    canvas.press("Escape")
    expect(selected).to_have_count(0)
    page.get_by_role("button", name="Box", exact=True).click()
    page.mouse.move(middle[0] - 30, middle[1] - 30)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1], steps=3)
    page.mouse.move(middle[0] + 60, middle[1] + 60, steps=3)
    page.mouse.up()
    expect(selected).to_be_visible()


def test_who_comes_to_a_known_map_can_place_a_picture(page: Page, address: str) -> None:
    page.goto(f"{address}/atlas")
    expect(page.get_by_role("application", name="Map of 400 latents by PCA")).to_be_visible()
    page.reload()  # another visitor: no model is asked for this one
    expect(page.get_by_role("application", name="Map of 400 latents by PCA")).to_be_visible()
    call = page.get_by_text(re.compile(r"Last model call: \d+ ms"))
    expect(call).to_have_count(0)
    page.get_by_text("Place a picture on the map").click()
    expect(page.get_by_role("application", name="looked at: sample 1")).to_be_visible()
    expect(call).to_have_count(1)
    expect(page.get_by_text("encountered an error")).to_have_count(0)
