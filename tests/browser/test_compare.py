"""What a visitor does among the families: draws anew, looks behind the marks, takes one away."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.usefixtures("families")
def test_a_visitor_compares_the_families(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/compare")
    expect(page.get_by_role("cell", name="≤ 2.50")).to_be_visible()
    drawn = page.get_by_alt_text(re.compile("16 pictures of PixelCNN, seed 0"))
    expect(drawn).to_be_visible()
    first = drawn.get_attribute("src")

    page.get_by_role("button", name="GAN, seed 0, no. 16").click()
    bar = page.locator(".bar:visible")
    expect(bar.get_by_role("button", name="→ Encode")).to_be_in_viewport()
    bar.get_by_role("button", name="Pin").click()
    dock = page.locator(".st-key-tray_dock")
    expect(dock.get_by_role("button", name="GAN, seed 0, no. 16")).to_be_visible()

    page.get_by_role("spinbutton", name="Seed").fill("5")
    page.keyboard.press("Enter")
    drawn = page.get_by_alt_text(re.compile("16 pictures of PixelCNN, seed 5"))
    expect(drawn).to_be_visible()
    assert drawn.get_attribute("src") != first

    page.get_by_role("tab", name="Efficiency").click()
    expect(page.get_by_role("cell", name="PixelCNN").first).to_be_visible()
    expect(page.get_by_text("times as long as RealNVP")).to_be_visible()

    page.get_by_role("tab", name="Reversibility").click()
    expect(page.get_by_alt_text(re.compile("Error of RealNVP.*no byte differs"))).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Error of VAE.*bytes differ"))).to_be_visible()
    expect(page).to_have_url(re.compile("look=Reversibility"))

    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    download.value.save_as(tmp_path / "compared.png")
    assert b'"page": "compare"' in (tmp_path / "compared.png").read_bytes()
