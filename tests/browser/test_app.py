"""What a visitor does: open the app, move a slider, send a picture."""

import io
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flows import small_flow
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from realnvp.checkpoint import save

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, served on a free port of this machine with one tiny model."""
    folder = tmp_path_factory.mktemp("checkpoints")
    save(small_flow(), folder / "tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    environment = os.environ | {"REALNVP_CHECKPOINTS": str(folder), "OMP_NUM_THREADS": "1"}
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/ready", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_ready(url: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(address: str, chromium_path: str) -> Iterator[Page]:
    """A fresh browser; whatever it complains of, or asks another host for, fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_foreign(request.url, address)))
        page.on("websocket", lambda socket: complaints.extend(_foreign(socket.url, address)))
        yield page
        browser.close()
    assert not complaints


def _foreign(url: str, address: str) -> list[str]:
    host = address.removeprefix("http://")
    own = (f"http://{host}/", f"ws://{host}/", "data:", "blob:")
    return [] if url.startswith(own) else [f"asked for {url}"]


def test_a_visitor_samples_and_uploads(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_alt_text("20 samples at temperature 0.7")).to_be_visible()

    page.get_by_role("link", name="Sample").first.click()
    expect(page.get_by_role("heading", name="Sample")).to_be_visible()
    before = page.get_by_alt_text("64 samples at temperature 0.70, seed 0").get_attribute("src")
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    moved = page.get_by_alt_text("64 samples at temperature 0.75, seed 0")
    expect(moved).to_be_visible()
    assert moved.get_attribute("src") != before
    assert "temperature=0.75" in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    with Image.open(download.value.path()) as picture:
        assert picture.size == (8 * 8 + 7 * 2,) * 2
        assert '"temperature": 0.75' in picture.info["realnvp"]

    page.get_by_role("link", name="Encode").first.click()
    expect(page.get_by_text("192 of 192")).to_be_visible()
    page.get_by_role("button", name="sample 3", exact=True).click()
    expect(page.get_by_alt_text("sample 3 at 8 × 8")).to_be_visible()
    page.get_by_text("Upload", exact=True).click()
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    file = {"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Error of mine.png.*no byte differs"))).to_be_visible()

    broken = file | {"name": "broken.png", "buffer": buffer.getvalue()[:400]}
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("damaged or cut off")).to_be_visible()
    expect(page.get_by_alt_text("mine.png at 8 × 8")).to_be_visible()


def test_a_phone_needs_no_sideways_scrolling(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(page.get_by_alt_text("20 samples")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
