"""The temperature that a model is shown at first: in the browser, its address and its links."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest
from browsing import at_rest, pick, settings
from flows import small_flow
from playwright.sync_api import Page, expect

from realnvp.checkpoint import save


@pytest.fixture
def warm(models: Path) -> Iterator[str]:
    """A model whose card says 0.85, beside `tiny`, whose card says nothing."""
    save(small_flow(3), models / "warm", {"temperature": 0.85})
    yield "warm"
    rmtree(models / "warm")


def shown(page: Page, temperature: str) -> None:
    expect(page.get_by_alt_text(f"16 samples at temperature {temperature}, seed 0")).to_be_visible()


def test_a_page_starts_at_the_models_own_temperature_and_goes_along(
    page: Page, address: str, warm: str
) -> None:
    page.goto(f"{address}/sample?checkpoint={warm}&pictures=16")
    shown(page, "0.85")
    at_rest(page)
    assert "temperature" not in settings(page)
    pick(page.get_by_role("combobox", name="Checkpoint"), "tiny")
    shown(page, "0.70")
    at_rest(page)
    assert "temperature" not in settings(page)
    page.reload()
    shown(page, "0.70")
    page.locator("input[type=range]").first.press("ArrowRight")
    shown(page, "0.75")
    pick(page.get_by_role("combobox", name="Checkpoint"), warm)
    at_rest(page)
    shown(page, "0.75")
    assert settings(page)["temperature"] == ["0.75"]
