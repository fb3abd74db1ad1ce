"""What a visitor does with the steps: go through them, play, press a pixel, look at the numbers."""

import re

import numpy as np
import torch
from browsing import fits, on_a_phone, pixels_of
from flows import small_flow
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from explorer.examples import own_examples
from explorer.step_maps import CHANNELS, PIXELS, panels
from explorer.ui.anatomy.variables import exact
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip, trace_back
from realnvp.inference import fold


def steps_of_first() -> list[Step]:
    """Those of the picture that the page opens with."""
    flow = fold(small_flow())
    image = torch.from_numpy(own_examples(flow)["sample 1"].pixels).permute(2, 0, 1)[None]
    return round_trip(flow, image.contiguous())


def drawn(page: Page, words: str) -> Locator:
    """The map with these words."""
    return page.get_by_role("img", name=re.compile(words, re.IGNORECASE))


def expect_map(page: Page, step: Step, name: str, layout: str, words: str) -> None:
    (panel,) = [panel for panel in panels(step, layout) if panel.name == name]
    shown = drawn(page, words)
    expect(shown).to_be_visible()
    # Of the other layout it has the same words, but another size.
    expect(shown).to_have_js_property("width", panel.pixels.shape[1])
    expected = Image.fromarray(panel.pixels).convert("RGB")
    assert np.array_equal(pixels_of(shown), np.array(expected))


def press(page: Page, canvas: Locator, row: float, column: float) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    height, width = canvas.evaluate("canvas => [canvas.height, canvas.width]")
    x, y = box["width"] * (column + 0.5) / width, box["height"] * (row + 0.5) / height
    page.mouse.click(box["x"] + x, box["y"] + y)


def test_a_visitor_goes_through_the_steps_and_presses_a_pixel(page: Page, address: str) -> None:
    steps = steps_of_first()
    page.goto(f"{address}/anatomy")
    title = page.locator(".stage h3")
    expect(title).to_have_text(re.compile("^Step 3 of 84: level 1, coupling 1"))
    expect_map(page, steps[2], "s", PIXELS, "^s, .*step 3 of 84")
    picture = steps[2].after.image.permute(1, 2, 0).numpy()
    assert np.array_equal(pixels_of(drawn(page, "^After step 3 of 84")), picture)

    # Keys go on at once, and the page follows.
    page.keyboard.press("f")
    page.keyboard.press("f")
    expect(title).to_have_text(re.compile("^Step 5 of 84: level 1, coupling 2"))
    expect(page).to_have_url(re.compile("step=5"))
    expect_map(page, steps[4], "t", PIXELS, "^t: step 5 of 84")
    page.get_by_role("button", name="Previous").click()
    expect(page).to_have_url(re.compile("step=4"))
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("step=5"))

    before = drawn(page, "^before, 3 × 8 × 8: step 5")
    press(page, before, 9 + 6, 2)  # green, below a gap of one pixel
    expect(page.get_by_text("Pixel in row 6, column 2")).to_be_visible()
    expect(page).to_have_url(re.compile("row=6"))
    value = exact(float(steps[4].before.active[1, 6, 2]))
    expect(page.get_by_role("cell", name=value, exact=True)).to_be_visible()

    look = page.locator(".look .frame")
    look.focus()
    look.press("ArrowRight")
    expect(page.get_by_text("Pixel in row 6, column 3")).to_be_visible()
    expect(page.get_by_text("Left alone: it only tells the network")).to_be_visible()

    # Over the bars to the last one: every byte is back.
    bars = page.get_by_role("slider", name="Step", exact=True).and_(page.locator(".bars"))
    box = bars.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20, steps=5)
    expect(title).to_have_text(re.compile("^Step 84 of 84: back through dequantize"))
    page.mouse.up()
    expect(page).to_have_url(re.compile("step=84"))
    back = pixels_of(drawn(page, "^After step 84 of 84"))
    assert np.array_equal(back, steps[0].before.image.permute(1, 2, 0).numpy())


def test_a_press_on_the_whole_flow_leads_there(page: Page, address: str) -> None:
    page.goto(f"{address}/anatomy?step=20")
    title, boxes = page.locator(".stage h3"), page.locator(".flow li")
    expect(title).to_have_text(re.compile("^Step 20 of 84: level 2"))
    expect(boxes).to_have_count(4)
    marked = page.locator(".flow [aria-current]")
    expect(marked).to_have_text("3 × checkerboard")
    boxes.nth(2).get_by_role("button", name="split").click()
    expect(title).to_have_text(re.compile("^Step 34 of 84: level 2, split"))
    expect(page).to_have_url(re.compile("step=34"))
    expect(marked).to_have_text("split")
    page.locator(".bars").press("End")
    expect(title).to_have_text(re.compile("^Step 84 of 84"))
    boxes.nth(2).get_by_role("button", name="split").click()  # on the way back it leads there
    expect(title).to_have_text(re.compile("^Step 51 of 84: back through level 2, split"))


def test_a_visitor_plays_a_sample_and_looks_at_its_channels(page: Page, address: str) -> None:
    flow = fold(small_flow())
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(5))
    steps = trace_back(flow, z)
    page.goto(f"{address}/anatomy?start=a+sample&seed=5&step=7")
    title = page.locator(".stage h3")
    expect(title).to_have_text(re.compile("^Step 7 of 42: back through level 3, batch norm 1"))
    page.get_by_role("button", name="Play").click()
    expect(title).not_to_have_text(re.compile("^Step 7 of 42"))
    page.get_by_role("button", name="Pause").click()
    number = int(re.findall(r"\d+", title.inner_text())[0])
    expect(page).to_have_url(re.compile(f"step={number}"))
    page.get_by_text("as channels", exact=True).click()
    expect(page).to_have_url(re.compile("layout=as"))
    while number != 9:  # it may have played on while other work held the browser up
        page.keyboard.press("b" if number > 9 else "f")
        number += -1 if number > 9 else 1
    expect(title).to_have_text(re.compile("^Step 9 of 42: back through level 2, split"))
    expect(drawn(page, "^before, 12 × 2 × 2: step 9")).to_be_visible()
    expect_map(page, steps[8], "factored out", CHANNELS, "^factored out: step 9 of 42")
    latents = flow.unpack(z)[1][0]
    assert torch.equal(steps[8].factored_out, latents)
    decoded = flow.decode(z)[0].permute(1, 2, 0).numpy()
    page.locator(".bars").press("End")
    last = drawn(page, "^After step 42 of 42")
    expect(last).to_be_visible()
    assert np.array_equal(pixels_of(last), decoded)


def test_the_steps_fit_a_phone(page: Page, address: str) -> None:
    on_a_phone(page)
    for layout in (PIXELS, CHANNELS):
        page.goto(f"{address}/anatomy?layout={layout.replace(' ', '+')}&step=13")
        expect(drawn(page, "^mask.*step 13 of 84")).to_be_visible()
        assert fits(page)
        main = page.get_by_test_id("stMain")  # what scrolls is inside the window
        assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
    bars = page.locator(".bars")
    assert bars.evaluate("bars => getComputedStyle(bars).touchAction") == "none"
