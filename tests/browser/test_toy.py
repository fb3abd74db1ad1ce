"""What a visitor does with the toy: train it, move through its layers, draw data of their own."""

import re

import numpy as np
from browsing import fits, on_a_phone, pixels_of
from playwright.sync_api import Page, expect

from realnvp.toy import ToySettings, ToyTraining
from realnvp.toy.views import density_pixels, log_density


def loss_of(page: Page) -> float:
    """As the curve says it to who cannot see it."""
    words = page.locator("canvas.loss").last.get_attribute("aria-label") or ""
    found = re.search(r"point: (-?[\d.]+) on held-out", words)
    assert found
    return float(found[1])


def orange(pixels: np.ndarray) -> np.ndarray:
    """Where samples are, boolean (H, W)."""
    red, green, blue = (pixels[..., channel].astype(int) for channel in range(3))
    return (red - blue > 80) & (red - green > 40)


def test_a_visitor_trains_and_moves_through_the_layers(page: Page, address: str) -> None:
    page.goto(f"{address}/toy?couplings=4&width=8&until=75&shown=samples")
    density = page.get_by_alt_text("Density of the toy on moons after 0 steps, seed 0")
    expect(density).to_be_visible()
    plane = page.get_by_role("img", name=re.compile("samples at data x"))
    expect(plane).to_be_visible()
    loss, samples = loss_of(page), orange(pixels_of(plane, "RGBA"))
    assert samples.any()

    page.get_by_role("button", name="Train").click()
    trained = page.get_by_alt_text("Density of the toy on moons after 75 steps, seed 0")
    expect(trained).to_be_visible()
    expect(page.get_by_role("button", name="Train")).to_be_visible()
    assert loss_of(page) < loss - 0.1
    moved = orange(pixels_of(plane, "RGBA"))
    # Most of where the samples were there is none any more.
    assert (samples & ~moved).sum() > 0.5 * samples.sum()
    training = ToyTraining(ToySettings(couplings=4, width=8))
    training.train_to(75)
    shown = pixels_of(trained)
    assert np.array_equal(shown, density_pixels(log_density(training.flow)))

    scrubber = page.get_by_role("slider", name="Layer").last
    scrubber.focus()
    for _ in range(4):
        scrubber.press("ArrowRight")
    latents = page.get_by_role("img", name=re.compile("samples at latent z"))
    expect(latents).to_be_visible()
    page.wait_for_url(re.compile("layer=4"))
    assert not np.array_equal(orange(pixels_of(latents, "RGBA")), moved)
    page.get_by_role("button", name="Play the way through the layers").click()
    expect(page.get_by_role("img", name=re.compile(r"samples at layer \d"))).to_be_visible()
    expect(latents).to_be_visible()


def test_a_visitor_draws_with_a_pointer_and_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/toy?couplings=4&width=8&data=drawn&until=50")
    expect(page.get_by_text("There is nothing drawn.")).to_be_visible()
    board = page.get_by_role("application")
    box = board.bounding_box()
    assert box is not None

    def move_to(x: float, y: float) -> None:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    move_to(0.2, 0.3)
    page.mouse.down()
    move_to(0.8, 0.3)
    expect(page.get_by_text("There is nothing drawn.")).to_be_visible()
    page.mouse.up()
    # 0.6 of the board's 7 units, a dot at each tenth.
    expect(page.get_by_role("application", name=re.compile(r"4[123] dots"))).to_be_visible()
    ink = pixels_of(board, "RGBA")[..., 3] > 200
    rows, columns = np.nonzero(ink & (pixels_of(board, "RGBA")[..., 2] > 150))
    assert 0.27 < rows.mean() / len(ink) < 0.33
    assert 0.45 < columns.mean() / len(ink) < 0.55
    untrained = page.get_by_alt_text("Density of the toy on drawn after 0 steps")
    expect(untrained).to_be_visible()

    board.focus()
    board.press("ArrowUp")
    board.press(" ")
    expect(page.get_by_role("application", name=re.compile(r"4[234] dots"))).to_be_visible()
    loss = loss_of(page)
    page.get_by_role("button", name="Train").click()
    trained = page.get_by_alt_text("Density of the toy on drawn after 50 steps")
    expect(trained).to_be_visible()
    assert loss_of(page) < loss - 0.3

    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("There is nothing drawn.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("application", name=re.compile(r"4[234] dots"))).to_be_visible()


def test_the_toy_fits_a_phone(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/toy?couplings=4&width=8&data=drawn&drawn=AAAA____")
    expect(page.get_by_alt_text("Density of the toy on drawn after 0 steps")).to_be_visible()
    assert fits(page)
    board = page.get_by_role("application")
    assert board.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
