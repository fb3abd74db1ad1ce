"""What a visitor does between latents: drag, press keys, compare paths, keep a frame."""

import re

import numpy as np
import pytest
import torch
from browsing import fits, on_a_phone, pixels_of
from flows import small_flow
from PIL import Image
from playwright.sync_api import Page, Route, expect

from realnvp.explore.pads import over_manifold
from realnvp.explore.paths import path


def expected_at(x: float, y: float) -> np.ndarray:
    """The core's own picture at a place between the four latents that the page opens with."""
    flow = small_flow()
    noise = [torch.Generator().manual_seed(seed) for seed in (1, 2, 3, 4)]
    corners = torch.cat([flow.draw(1, 0.7, generator) for generator in noise])
    z, _ = over_manifold(corners, None, [x], [y])
    return flow.decode(z)[0].permute(1, 2, 0).numpy()


def place_in(url: str) -> tuple[float, float]:
    """x and y of a link; what is missing is 0."""
    found = dict(re.findall(r"[?&]([xy])=(-?[\d.]+)", url))
    return float(found.get("x", 0)), float(found.get("y", 0))


def test_a_visitor_drags_between_four_latents(page: Page, address: str) -> None:
    page.goto(f"{address}/interpolate?view=Pad")
    field = page.get_by_role("slider", name="Manifold of four latents")
    canvas = page.locator(".screen canvas")
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    assert np.array_equal(pixels_of(canvas), expected_at(0, 0))

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None

    def move_to(x: float, y: float) -> None:
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(middle[0] + x * box["width"] / 2, middle[1] - y * box["height"] / 2)

    move_to(0, 0)
    page.mouse.down()
    seen = []
    for x, y, words in [(-1.2, 1.2, "φ′ 0°, φ 0°"), (1.2, -1.2, "φ′ 90°, φ 90°")]:
        move_to(x, y)
        expect(page.get_by_role("img", name=re.compile(f"{words}$"))).to_be_visible()
        seen.append(pixels_of(canvas))
    assert np.array_equal(seen[0], expected_at(-1, 1))
    assert np.array_equal(seen[1], expected_at(1, -1))
    assert any("/pad/" in url for url in asked)
    assert place_in(page.url) == (0, 0)
    expect(page.locator("output")).to_contain_text(re.compile(r"decode \d+ ms · ‖z‖/√D 0\.\d+"))

    move_to(0.5, 0.25)
    page.mouse.up()
    page.wait_for_url(re.compile(r"y=0\.2"))
    x, y = place_in(page.url)
    assert (x, y) == pytest.approx((0.5, 0.25), abs=0.02)
    expect(page.get_by_text(re.compile(r"^At φ′ 6\d°, φ 3\d°: .* bits/dim"))).to_be_visible()
    assert np.array_equal(pixels_of(canvas), expected_at(x, y))
    across = page.get_by_role("group", name="Left to right: φ′").locator("input")
    assert float(across.input_value()) == pytest.approx(x)

    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.wait_for_url(lambda url: place_in(url) == pytest.approx((x - 0.1, y + 0.02)))
    expect(field).to_have_attribute("aria-valuenow", re.compile(rf"^{x - 0.1:.2f}"[:4]))
    page.keyboard.press("Home")
    page.wait_for_url(lambda url: place_in(url) == (0, 0))
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    assert np.array_equal(pixels_of(canvas), expected_at(0, 0))

    across.press("End")
    page.wait_for_url(lambda url: place_in(url) == (1, 0))
    expect(page.get_by_role("img", name=re.compile("φ′ 90°, φ 45°$"))).to_be_visible()
    assert np.array_equal(pixels_of(canvas), expected_at(1, 0))


def test_while_a_picture_takes_long_its_place_shows_a_preview(page: Page, address: str) -> None:
    page.goto(f"{address}/interpolate?view=Pad")
    field = page.get_by_role("slider", name="Manifold of four latents")
    canvas = page.locator(".screen canvas")
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    held: list[Route] = []
    page.route("**/pad/**", lambda route: held.append(route))
    field.focus()
    page.keyboard.down("Shift")
    page.keyboard.down("ArrowUp")
    expect(page.locator("output")).to_have_text("preview: blended pixels of the map")
    near, middle = pixels_of(canvas), expected_at(0, 0).astype(int)
    one_up = expected_at(0, 0.4).astype(int)
    blend = 0.75 * middle + 0.25 * one_up  # 0.1 of the 0.4 between two pictures of the map
    assert np.abs(near - blend).max() <= 2  # each of the sum's parts is rounded
    assert held
    page.unroute("**/pad/**")
    expect(page.locator("output")).to_contain_text("decode")
    assert np.array_equal(pixels_of(canvas), expected_at(0, 0.1))
    page.keyboard.up("ArrowUp")
    page.keyboard.up("Shift")


def test_a_visitor_compares_paths_and_keeps_a_frame(page: Page, address: str) -> None:
    page.goto(f"{address}/interpolate?view=Path")
    expect(page.get_by_alt_text("9 frames on a spherical path")).to_be_visible()
    page.get_by_text("linear", exact=True).click()
    expect(page.get_by_alt_text("9 frames on a linear path")).to_be_visible()
    expect(page).to_have_url(re.compile("path=linear"))
    middle = page.get_by_role("button", name="Frame 5: ‖z‖/√D = 0.")
    middle.click()
    expect(middle).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_alt_text("Pinned: frame 5 of 9, linear")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="WebP").click()
    with Image.open(download.value.path()) as film:
        assert film.n_frames == 16

    page.get_by_text("Manifold", exact=True).click()
    expect(page.get_by_alt_text("Manifold of four latents over a quarter turn")).to_be_visible()
    page.get_by_text("full", exact=True).click()
    expect(page.get_by_alt_text("Manifold of four latents over a full turn")).to_be_visible()
    expect(page).to_have_url(re.compile("turn=full"))


def test_a_corner_is_pressed_and_changed(page: Page, address: str) -> None:
    page.goto(f"{address}/interpolate")
    corner = page.get_by_role("button", name=re.compile("^C: seed 3"))
    expect(corner).to_be_in_viewport()
    expect(page.locator(".st-key-a_from")).to_be_visible()
    expect(page.locator(".st-key-c_from")).to_be_hidden()
    corner.click()
    expect(corner).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-a_from")).to_be_hidden()
    expect(page.locator(".st-key-c_from")).to_be_in_viewport()
    page.get_by_role("spinbutton", name="Seed").fill("9")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^C: seed 9"))).to_be_visible()
    expect(page).to_have_url(re.compile("c_seed=9"))


def test_a_film_is_played_and_scrubbed_without_the_server(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{address}/interpolate?view=Path&path=linear&frames=5")
    scrubber = page.get_by_role("slider", name="Frame", exact=True)
    canvas = page.locator(".film canvas")
    z = path(torch.cat([drawn_at(1), drawn_at(2)]), 5, "linear")
    frames = small_flow().decode(z).permute(0, 2, 3, 1).numpy()
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile("^Frame 1: "))
    assert np.array_equal(pixels_of(canvas), frames[0])

    page.route("**/*", lambda route: route.abort())
    mark = page.locator(".film .mark")
    before = mark.get_attribute("x1")
    scrubber.press("ArrowRight")
    scrubber.press("ArrowRight")
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile("^Frame 3: "))
    assert np.array_equal(pixels_of(canvas), frames[2])
    assert mark.get_attribute("x1") != before
    expect(page.locator(".film output")).to_have_text("Frame 3 of 5")

    page.get_by_role("button", name="Play").click()
    expect(page.locator(".film output")).not_to_have_text("Frame 3 of 5")
    page.get_by_role("button", name="Pause").click()
    stays = page.locator(".film output").text_content()
    page.wait_for_timeout(400)
    assert page.locator(".film output").text_content() == stays
    page.unroute("**/*")


def drawn_at(seed: int) -> torch.Tensor:
    """The latent of a picker that shows this seed on arrival."""
    return small_flow().draw(1, 0.7, torch.Generator().manual_seed(seed))


def test_the_pad_fits_a_phone(page: Page, address: str) -> None:
    on_a_phone(page)
    page.goto(f"{address}/interpolate?view=Pad")
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    assert fits(page)


def slider(page: Page, name: str) -> tuple[list[str], str | None]:
    """What the slider shows, at its thumb and its ends, and what it says of its value."""
    group = page.get_by_role("group", name=name, exact=True)
    texts = group.locator("p").all_text_contents()
    return texts, group.locator("input").get_attribute("aria-valuetext")


@pytest.mark.parametrize(
    ("over", "across", "up", "middle"),
    [
        (
            "two levels",
            ("level 1 ×", ["1.12", "0.00", "1.50"]),
            ("level 3 ×", ["0.56", "0.00", "1.50"]),
            "0.75",
        ),
        ("four latents", ("φ′", ["68°", "0°", "90°"]), ("φ", ["56°", "90°", "0°"]), "45°"),
        ("a plane", ("x", ["0.50", "−1.00", "1.00"]), ("y", ["−0.25", "−1.00", "1.00"]), "0.00"),
    ],
)
def test_the_sliders_of_a_pad_show_what_their_places_mean(
    page: Page, address: str, over: str, across: tuple, up: tuple, middle: str
) -> None:
    page.goto(f"{address}/interpolate?view=Pad&over={over}&x=0.5&y=-0.25")
    words = f"{across[0]} {across[1][0]}, {up[0]} {up[1][0]}"
    expect(page.get_by_text(re.compile(f"^At {re.escape(words)}"))).to_be_visible()
    first, second = f"Left to right: {across[0]}", f"Bottom to top: {up[0]}"
    shown = page.get_by_role("group", name=second, exact=True).locator("p").first
    expect(shown).to_have_text(up[1][0])
    assert slider(page, first) == (across[1], across[1][0])
    assert slider(page, second) == (up[1], up[1][0])

    # When it is moved, and when the pad moves it.
    end = across[1][2]
    page.get_by_role("group", name=first, exact=True).locator("input").press("End")
    assert slider(page, first) == ([end, *across[1][1:]], end)
    field = page.locator(".field")
    expect(field).to_have_attribute("aria-valuenow", "1")
    field.press("Home")
    thumb = page.get_by_role("group", name=first, exact=True).locator("p").first
    expect(thumb).to_have_text(middle)
    assert slider(page, first) == ([middle, *across[1][1:]], middle)
