"""The app that these tests look at, and the browser that they drive."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from flows import small_flow
from patience import PATIENCE
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from small_baselines import NUMERALS, save_families

from benchmarks.app import App, serving
from benchmarks.chromium import MISSING, find_chromium
from realnvp.checkpoint import save

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
# Debian's Chromium else imitates a graphics card, for pages and for WebGL, which no page uses.
FLAGS += ["--disable-gpu-rasterization", "--disable-software-rasterizer"]
# No page lives long enough here for what its scripts would gain from being compiled better.
FLAGS += ["--js-flags=--no-opt --no-maglev"]
# Without the lists that drop from its address bar: a page of its own for each, with every window.
# A second list takes the place of Playwright's, of which these matter here.
FEATURES = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled"]
FEATURES += ["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "LensOverlay"]
FEATURES += ["HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding"]
FEATURES += ["ThirdPartyStoragePartitioning", "OptimizationHints", "NetworkTimeServiceQuerying"]
FEATURES += ["AvoidCorsURLLoaderRestartOnRedirect", "PreconnectToSearch"]
FLAGS += [f"--disable-features={','.join(FEATURES)}"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SECRET = "a-secret-of-the-tests"  # of the teacher's link
WINDOW: ViewportSize = {"width": 1280, "height": 720}
STORAGE = ["cookies", "local_storage", "indexeddb", "cache_storage", "service_workers"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever is in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. Missing, it is a skip; in CI, a failure."""
    if path := find_chromium():
        return path
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the app reads, with one tiny model: `small_flow()`."""
    folder = tmp_path_factory.mktemp("checkpoints")
    save(small_flow(), folder / "tiny")
    return folder


@pytest.fixture
def offer(models: Path) -> Iterator[Callable[..., str]]:
    """Puts one more model, a name and changes of `small_flow`, beside it for a test."""
    names: list[str] = []

    def offer(name: str, seed: int = 0, **changes: object) -> str:
        names.append(name)
        save(small_flow(seed, **changes), models / name)
        return name

    yield offer
    for name in names:
        shutil.rmtree(models / name)


@pytest.fixture
def families(models: Path) -> Iterator[None]:
    """A flow of digits and its baselines beside it, for a test."""
    save_families(models)
    yield
    for name in (NUMERALS, "baselines"):
        shutil.rmtree(models / name)


@pytest.fixture(scope="session")
def app(models: Path, chromium_path: str) -> Iterator[App]:
    """The app, served on a free port of this machine."""
    own = {"REALNVP_CHECKPOINTS": str(models), "OMP_NUM_THREADS": "1", "REALNVP_TEACH": SECRET}
    with serving(own, PATIENCE) as app:
        yield app


@pytest.fixture(scope="session")
def address(app: App) -> str:
    """Where it is."""
    return app.url


@pytest.fixture(scope="session")
def server_log(app: App) -> Path:
    """What it says while it is looked at."""
    return app.log


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture, 320 × 240, that the browser's camera sees for ever: red from left to right."""
    file = tmp_path_factory.mktemp("camera") / "still.mjpeg"
    still = np.zeros((240, 320, 3), dtype=np.uint8)
    still[..., 0] = np.linspace(0, 255, 320)
    Image.fromarray(still).save(file, "JPEG", quality=95)
    return file


@pytest.fixture
def complaints() -> list[str]:
    """What the browser of a test complains of; a test that wants it takes it out."""
    return []


@pytest.fixture(scope="module")
def chromium(chromium_path: str, camera: Path) -> Iterator[Browser]:
    """One for the tests of a file, for it takes a second to start."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"],
            timeout=1000 * PATIENCE,
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One for the tests of a file, for the scripts that it has loaded and compiled.

    Nothing moves that need not: fading and sliding are work for Chromium that no test looks at.
    """
    with chromium.new_context(reduced_motion="reduce", viewport=WINDOW) as context:
        yield context


@pytest.fixture
def page(
    context: BrowserContext, address: str, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A visitor who was never here; what the page complains of, or asks other hosts for, fails.

    The tests of a file share a tab too: what its process has compiled, a new one would read anew,
    for 0.7 s of processor. No test gets one in which another failed.
    """
    failed = request.session.testsfailed
    page = context.pages[0] if context.pages else context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    expect.set_options(timeout=1000 * PATIENCE)
    heeded: dict[str, Callable[[Any], None]] = {
        "console": lambda message: complaints.extend(_complaint(message)),
        "pageerror": lambda error: complaints.append(str(error)),
        "request": lambda request: complaints.extend(_foreign(request.url, address)),
        "websocket": lambda socket: complaints.extend(_foreign(socket.url, address)),
    }
    for event, heed in heeded.items():
        page.on(event, heed)  # type: ignore[call-overload]
    yield page
    heard = list(complaints)  # not of how the page is left
    for event, heed in heeded.items():
        page.remove_listener(event, heed)
    _forget(context, page, address)
    if heard or request.session.testsfailed > failed:
        page.close()
    assert not heard


def _forget(context: BrowserContext, page: Page, address: str) -> None:
    """Leave nothing of a visitor to the next one but what the browser has loaded."""
    page.evaluate("try { sessionStorage.clear() } catch { /* a page of no address has none */ }")
    # A page that still runs could write anew what is forgotten.
    page.goto("about:blank")
    context.clear_cookies()
    context.clear_permissions()
    url = urlsplit(address)
    place = {"origin": f"{url.scheme}://{url.netloc}", "storageTypes": ",".join(STORAGE)}
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", place)
    session.send("Page.resetNavigationHistory")
    session.detach()
    page.unroute_all()
    page.set_viewport_size(WINDOW)
    page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
    page.mouse.move(-1, -1)  # over nothing
    for opened in context.pages:
        if opened is not page:
            opened.close()


def _complaint(message: ConsoleMessage) -> list[str]:
    # On a link to a page Streamlit first looks for its server below that page: a 404 by design.
    probe = "404" in message.text and "/_stcore/" in message.location["url"]
    if message.type != "error" or probe:
        return []
    return [f"{message.text}: {message.location['url']}"]


def _foreign(url: str, address: str) -> list[str]:
    host = address.removeprefix("http://")
    own = (f"http://{host}/", f"ws://{host}/", "data:", "blob:")
    return [] if url.startswith(own) else [f"asked for {url}"]
