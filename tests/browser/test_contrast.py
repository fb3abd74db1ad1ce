"""Texts can be read on their ground: axe finds none with less contrast than WCAG 2.2 asks for."""

import os
from pathlib import Path
from typing import Literal

import pytest
from browsing import at_rest
from playwright.sync_api import Page

from explorer.pages import PAGES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """() => axe.run(document, { runOnly: ["color-contrast"] }).then((found) =>
  found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${node.html.slice(0, 90)}: ${node.any[0].message}`)))"""


@pytest.fixture(scope="module")
def axe() -> Path:
    if not AXE.exists():
        missing = "axe-core is not there: npm ci brings it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("families")
def test_every_text_can_be_read(
    page: Page, address: str, axe: Path, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for shown in PAGES:
        page.goto(f"{address}/{shown.name if shown.name != 'home' else ''}")
        page.get_by_role("heading", level=1).wait_for()
        at_rest(page)
        page.add_script_tag(path=axe)
        for _ in range(20):  # what is being drawn anew is faded for a moment
            faults[shown.name] = page.evaluate(FAULTS)
            if not faults[shown.name]:
                break
            page.wait_for_timeout(500)
    assert not {name: found for name, found in faults.items() if found}
