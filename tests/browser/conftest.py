"""The app that these tests look at, and the browser that they drive."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows import small_flow
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from realnvp.checkpoint import save

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # a camera


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: $CHROMIUM, or on the path. Missing, it is a skip; in CI, a failure."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    message = "no Chromium found; install one, or set CHROMIUM to where it is"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app says while it is looked at."""
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="session")
def address(
    tmp_path_factory: pytest.TempPathFactory, chromium_path: str, server_log: Path
) -> Iterator[str]:
    """The app, served on a free port of this machine with one tiny model: `small_flow()`."""
    folder = tmp_path_factory.mktemp("checkpoints")
    save(small_flow(), folder / "tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    environment = os.environ | {
        "REALNVP_CHECKPOINTS": str(folder),
        "REALNVP_DATA": str(tmp_path_factory.mktemp("data")),
        "OMP_NUM_THREADS": "1",
    }
    with server_log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/ready", server, server_log)
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
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_foreign(request.url, address)))
        page.on("websocket", lambda socket: complaints.extend(_foreign(socket.url, address)))
        yield page
        browser.close()
    assert not complaints


def _complaint(message: ConsoleMessage) -> list[str]:
    # On a link to a page Streamlit first looks for its server below that page: a 404 by design.
    probe = "404" in message.text and "/_stcore/" in message.location["url"]
    return [message.text] if message.type == "error" and not probe else []


def _foreign(url: str, address: str) -> list[str]:
    host = address.removeprefix("http://")
    own = (f"http://{host}/", f"ws://{host}/", "data:", "blob:")
    return [] if url.startswith(own) else [f"asked for {url}"]
