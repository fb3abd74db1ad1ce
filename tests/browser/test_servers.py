"""The app below a path: asked there, and by proxies that pass the path on or take it away."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import drag, send
from playwright.sync_api import Page, expect
from reverse_proxy import PATH, proxied
from sent_files import photo

from benchmarks.app import App, serving

TLS = ("X-Forwarded-Proto: https", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Host: flow.example")


@pytest.fixture(scope="module")
def below(models: Path, chromium_path: str) -> Iterator[App]:
    """A server that was told of its path, with more slashes than it needs."""
    told = {"STREAMLIT_SERVER_BASE_URL_PATH": f"{PATH}/"}
    with serving({"REALNVP_CHECKPOINTS": str(models), "OMP_NUM_THREADS": "1"} | told) as app:
        yield app


WAYS = ["below its path", "path passed on", "path taken away", "path unknown", "TLS before it"]


@pytest.fixture(params=WAYS)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the browser finds the app."""
    name = "app" if request.param == "path unknown" else "below"
    server: App = request.getfixturevalue(name)
    if request.param == "below its path":
        yield f"{server.url}{PATH}"
        return
    strips = request.param in ("path taken away", "path unknown")
    headers = TLS if request.param == "TLS before it" else ()
    with proxied(server.address, strips=strips, headers=headers) as address:
        yield address


def test_the_server_is_ready_and_its_pad_is_live(page: Page, address: str) -> None:
    with urllib.request.urlopen(f"{address}/ready", timeout=60) as answer:
        assert json.load(answer)["ready"]
    page.goto(f"{address}/interpolate?view=Pad")
    field = page.get_by_role("slider", name="Manifold of four latents")
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    assert page.locator("html").get_attribute("translate") == "no"
    field.focus()
    page.keyboard.down("ArrowRight")
    expect(page.locator("output")).to_contain_text(re.compile(r"decode \d+ ms"))
    page.keyboard.up("ArrowRight")
    page.wait_for_url(re.compile("x=0.02"))


@pytest.mark.parametrize("address", WAYS[1:4], indirect=True)
def test_a_visitor_finds_the_way_through_the_app(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    expect(page.get_by_alt_text("20 samples at temperature 0.7")).to_be_visible()
    page.get_by_role("link", name="Encode").first.click()
    expect(page.get_by_text("192 of 192")).to_be_visible()
    assert page.url.startswith(f"{address}/encode")
    page.get_by_text("Upload", exact=True).click()
    send(page, "mine.png", photo(9, 9))
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()

    # A link with a slash too many.
    page.goto(f"{address}/sample/?temperature=0.3&pictures=16")
    expect(page.get_by_alt_text("16 samples at temperature 0.30, seed 0")).to_be_visible()
    drag(page, 0.2)
    moved = page.get_by_alt_text(re.compile("^16 samples at temperature 0.[456]"))
    expect(moved).to_have_attribute("src", re.compile("^blob:"))
    page.mouse.up()


@pytest.mark.parametrize("address", ["path unknown"], indirect=True)
def test_what_answers_instead_of_the_app_is_said_to_be_no_picture(page: Page, address: str) -> None:
    html = {"status": 200, "content_type": "text/html; charset=utf-8", "body": "<h1>Welcome</h1>"}
    page.route(re.compile("/(pad|tiles)/"), lambda route: route.fulfill(**html))
    page.goto(f"{address}/interpolate?view=Pad")
    expect(page.get_by_role("img", name=re.compile("φ′ 45°, φ 45°$"))).to_be_visible()
    page.get_by_role("slider", name="Manifold of four latents").focus()
    page.keyboard.press("ArrowRight")
    why = "no picture came but text/html (status 200)"
    expect(page.locator("output")).to_have_text(why)
    page.wait_for_url(re.compile("x=0.02"))
    expect(page.get_by_role("img", name=re.compile("φ′ 46°, φ 45°$"))).to_be_visible()
    expect(page.locator("output")).to_have_text(why)

    page.goto(f"{address}/sample?temperature=0.3&pictures=16")
    samples = page.get_by_alt_text("16 samples at temperature 0.30, seed 0")
    expect(samples).to_be_visible()
    drag(page, 0.2)
    expect(page.get_by_text(why)).to_be_visible()
    assert samples.evaluate("image => image.naturalWidth")
    page.mouse.up()
