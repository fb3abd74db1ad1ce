"""How a visitor takes hold of a slider in the browser."""

from playwright.sync_api import Page


def drag(page: Page, share: float, steps: int = 1) -> tuple[float, float, float]:
    """Take hold of the first slider and move it by this share of its track; gives `grip`."""
    x, y, width = grip(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width * share, y, steps=steps)
    return x, y, width


def grip(page: Page) -> tuple[float, float, float]:
    """Where the thumb of the first slider is, and how long its track."""
    track = page.get_by_test_id("stSlider").first.bounding_box()
    assert track
    place = page.locator("input[type=range]").first.evaluate(
        "input => { const box = input.parentElement.parentElement.getBoundingClientRect();"
        " return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    return *place, track["width"]
