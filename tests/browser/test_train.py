"""What a visitor does on Train: start a model, watch it, stop it, and take it to another page."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE
from playwright.sync_api import Browser, Page, expect

NAME = "my-shapes"


@pytest.fixture(autouse=True)
def _leave_the_models(models: Path) -> Iterator[None]:
    yield
    for made in models.glob(f"*{NAME}"):
        shutil.rmtree(made)


def test_a_visitor_trains_a_model_and_draws_from_it(page: Page, address: str) -> None:
    page.goto(f"{address}/train")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* running, step"))).to_be_visible()
    expect(page.get_by_alt_text(re.compile("^64 samples of fixed noise after"))).to_be_visible()

    # It goes on without a page, and whoever comes sees it.
    page.reload()
    expect(page.get_by_text(re.compile("shapes, .* running, step"))).to_be_visible()

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* stopped, step"))).to_be_visible()

    # Gone on with, it is followed again.
    page.reload()
    line = page.get_by_text(re.compile("shapes, .* step"))
    stopped = line.inner_text()
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* running, step"))).to_be_visible()
    running = line.inner_text()
    assert running != stopped
    expect(line).not_to_have_text(running)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* stopped, step"))).to_be_visible()

    page.get_by_role("textbox", name="Name").fill(NAME)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use as a model").click()
    expect(page.get_by_text("is in use on every page now")).to_be_visible()
    page.get_by_role("link", name="Sample").first.click()
    expect(page.get_by_alt_text(re.compile("^64 samples at temperature 0.70"))).to_be_visible()
    expect(page).to_have_url(re.compile(f"checkpoint=[a-z-]*{NAME}"))

    page.get_by_role("link", name="Train").first.click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nothing has been trained here yet.")).to_be_visible()


def test_a_second_training_waits_and_others_are_asked_before_they_end_one(
    page: Page, address: str, chromium: Browser
) -> None:
    page.goto(f"{address}/train")
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* running"))).to_be_visible()
    page.get_by_text("Start a new one").click()  # it is folded now
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("shapes waits for its turn")).to_be_visible()
    expect(page.get_by_text("place 1 of 1 in the queue")).to_be_visible()

    with chromium.new_context() as context:
        other = context.new_page()
        other.set_default_timeout(1000 * PATIENCE)
        other.goto(f"{address}/train")
        other.get_by_role("button", name="Remove", exact=True).click()
        expect(other.get_by_text("This is Ada's training")).to_be_visible()
        other.get_by_role("button", name="Leave it").click()
        expect(other.get_by_text("This is Ada's training")).to_have_count(0)

    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* running"))).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile("shapes, .* stopped"))).to_be_visible()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Nothing has been trained here yet.")).to_be_visible()
