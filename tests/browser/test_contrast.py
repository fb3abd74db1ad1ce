"""Texts can be read on their ground: axe finds none with less contrast than WCAG 2.2 asks for."""

import os
from pathlib import Path
from typing import Literal

import pytest
from browsing import drawn_to_the_end
from playwright.sync_api import Page, expect

from explorer.pages import PAGES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# WCAG asks nothing of what cannot be used; axe does not know which label is of such a control.
FAULTS = """() => axe.run({ exclude: ["label[disabled]"] }, { runOnly: ["color-contrast"] }).then(
  (found) => found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${node.html.slice(0, 90)}: ${node.any[0].message}`)))"""


@pytest.fixture(scope="module")
def axe() -> Path:
    if not AXE.exists():
        missing = "axe-core is not there: npm ci brings it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE


@pytest.mark.usefixtures("families")
def test_every_text_can_be_read(page: Page, address: str, axe: Path) -> None:
    faults = {}
    for shown in PAGES:
        few = "?steps=2" if shown.name == "repair" else ""  # of a search
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(f"{address}/{shown.name if shown.name != 'home' else ''}{few}")
        page.add_script_tag(path=axe)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            drawn_to_the_end(page)
            expect(page.locator(".stApp")).to_have_css("color-scheme", scheme)
            faults[shown.name, scheme] = page.evaluate(FAULTS)
    assert not {place: found for place, found in faults.items() if found}
