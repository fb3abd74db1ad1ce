"""What a teacher does: walk through the lesson with a presenter's keys, and show an answer."""

import re

import pytest
from browsing import drawn_to_the_end, fits, settings
from flows import small_flow
from patience import PATIENCE, wait_until
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from explorer.ui.lesson import STOPS, VERSIONS, handout, in_version, text_of
from explorer.ui.lesson.texts import LANGUAGES

SAID = [text_of("en").stops[stop.key] for stop in STOPS]  # of each stop
SIZES: list[tuple[ViewportSize, int]] = [  # of the window, and how high the bar is at most
    ({"width": 1280, "height": 720}, 64),
    ({"width": 390, "height": 844}, 48),
]
LONGEST = {  # by language, the stop whose question is longest, from 1
    name: 1 + max(range(len(STOPS)), key=lambda n: len(text_of(name).stops[STOPS[n].key].question))
    for name in LANGUAGES
}


def test_a_teacher_walks_on_and_back_by_keys_and_shows_an_answer(page: Page, address: str) -> None:
    page.goto(f"{address}/lesson")
    page.get_by_role("button", name="Begin").click()
    expect(bar(page)).to_contain_text(SAID[0].question)
    expect(page.get_by_alt_text("64 samples at temperature 0.70")).to_be_visible()
    expect(page.get_by_text(SAID[0].answer)).not_to_be_visible()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text(SAID[0].answer)).to_be_visible()
    page.keyboard.press("Escape")

    slider = page.locator("input[type=range]").first
    slider.focus()  # it would take the key for itself
    page.keyboard.press("PageDown")
    expect(bar(page)).to_contain_text(SAID[1].question)
    expect(page.get_by_role("heading", name="Encode")).to_be_visible()
    expect(page).to_have_url(re.compile("lesson=2"))
    assert "temperature" not in settings(page)
    page.keyboard.press("PageUp")
    expect(bar(page)).to_contain_text(SAID[0].question)
    expect(page.get_by_alt_text("64 samples at temperature 0.70")).to_be_visible()


def test_the_bar_is_one_line(page: Page, address: str) -> None:
    page.goto(f"{address}/{STOPS[0].page}?lesson=1")
    for number, (stop, said) in enumerate(zip(STOPS, SAID, strict=True), start=1):
        expect(page).to_have_url(re.compile(rf"/{stop.page}\?.*lesson={number}\b"))
        for size, most in SIZES:
            page.set_viewport_size(size)
            expect(bar(page)).to_contain_text(said.question)
            wait_until(lambda most=most: height_of(page) <= most and fits(page))
        if number < len(STOPS):
            bar(page).get_by_role("button", name="Next").click()


def height_of(page: Page) -> float:
    """Of the bar, in CSS pixels."""
    return bar(page).evaluate("node => node.parentElement.getBoundingClientRect().height")


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_question_is_cut_on_a_wide_window(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/slope?lesson={LONGEST[name]}&language={name}")
    said = text_of(name).stops[STOPS[LONGEST[name] - 1].key]
    expect(bar(page)).to_contain_text(said.question)
    expect(bar(page).get_by_role("button", name=text_of(name).bar.next)).to_be_visible()
    cut = "node => node.scrollHeight - node.clientHeight"  # in CSS pixels
    assert bar(page).locator("p").first.evaluate(cut) <= 1


def test_the_bar_stays_in_sight(page: Page, address: str) -> None:
    page.goto(f"{address}/sample?lesson=1")
    for width, middle in ((1400, 800), (390, 200)):
        page.set_viewport_size({"width": width, "height": 500})
        drawn_to_the_end(page)  # and long enough to be scrolled
        page.mouse.move(middle, 400)  # not over the menu
        page.mouse.wheel(0, 600)
        expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
        for name in ("Task", "Answer", "Back", "Next"):
            expect(bar(page).get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_a_browser_gets_the_lesson_in_its_language_and_another_can_be_chosen(
    chromium: Browser, page: Page, address: str
) -> None:
    german, chinese = (text_of(name) for name in ("de", "zh"))
    page.goto("about:blank")
    with chromium.new_context(locale="de-DE") as context:
        visit = context.new_page()
        visit.set_default_timeout(1000 * PATIENCE)
        visit.goto(f"{address}/lesson")
        visit.get_by_role("button", name=german.page.begin).click()
        expect(bar(visit)).to_contain_text(german.stops["samples"].question)
        expect(bar(visit)).to_have_attribute("lang", "de")
        bar(visit).get_by_role("button", name=german.bar.next).click()
        expect(bar(visit)).to_contain_text(german.stops["round_trip"].question)
        assert "language" not in settings(visit)

        visit.goto(f"{address}/lesson")
        visit.get_by_role("radio", name=LANGUAGES["zh"]).click()
        expect(visit.locator(".st-key-lesson_said[lang=zh-Hans]")).to_be_visible()
        visit.get_by_role("button", name=chinese.page.begin).click()
        for stop in STOPS[:2]:
            expect(bar(visit)).to_contain_text(chinese.stops[stop.key].question)
            expect(bar(visit)).to_have_attribute("lang", "zh-Hans")
            assert settings(visit)["language"] == ["zh"]
            bar(visit).get_by_role("button", name=chinese.bar.next).click()


@pytest.mark.parametrize(
    ("name", "minutes"), [("en", m) for m in VERSIONS] + [("de", 60), ("de", 90), ("zh", 90)]
)
def test_the_hand_out_prints_on_two_pages(
    page: Page, address: str, name: str, minutes: int
) -> None:
    page.goto(f"{address}/lesson?length={minutes}&language={name}")
    with page.expect_download() as download:
        page.get_by_role("button", name=text_of(name).page.handout).click()
    file = download.value.path().read_bytes()
    assert file == handout(small_flow(), in_version(minutes), name)
    page.goto("about:blank")
    page.set_content(file.decode())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2
    page.emulate_media(media="print")
    for sheet in page.locator("section").all():  # nothing is cut off
        assert sheet.evaluate("sheet => sheet.scrollHeight <= sheet.clientHeight")
    assert page.locator("li").count() == len(in_version(minutes))


def bar(page: Page) -> Locator:
    return page.locator(".st-key-lesson_bar")
