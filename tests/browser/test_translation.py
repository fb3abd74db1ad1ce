"""A browser knows that the page is not to be translated, before a script has run."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("path", ["/", "/sample?seed=3"])
def test_the_page_is_marked_without_any_script(page: Page, address: str, path: str) -> None:
    browser = page.context.browser
    assert browser
    still = browser.new_page(java_script_enabled=False)
    still.goto(address + path)
    for seen in (still, page):
        html = seen.locator("html.notranslate[translate=no][lang=en]")
        expect(html.locator("meta[name=google][content=notranslate]")).to_have_count(1)
        page.goto(address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
