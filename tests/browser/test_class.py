"""A teacher and two of the class, each in a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from browsing import at_rest, fits, on_a_phone
from patience import PATIENCE
from playwright.sync_api import Browser, Page, expect

from explorer.ui.lesson import STOPS, text_of
from explorer.ui.lesson.texts import VoteTexts

SECRET = "a-secret-of-the-tests"  # as conftest.py has it
QUESTIONS = [text_of("en").stops[stop.key].question for stop in STOPS]
FOLLOWS = text_of("en").together.follows


@pytest.fixture
def class_of_two(chromium: Browser, address: str, page: Page) -> Iterator[tuple[Page, Page, Page]]:
    """The teacher at the page Lesson, one who has joined by phone, and one at a desk."""
    with ExitStack() as stack:
        page.goto(f"{address}/lesson?teach={SECRET}")
        expect(page).to_have_url(f"{address}/lesson")
        joined = []
        for _ in range(2):
            context = stack.enter_context(chromium.new_context())
            one = context.new_page()
            one.set_default_timeout(1000 * PATIENCE)
            one.goto(f"{address}/join")
            expect(one.get_by_text("You are in the class")).to_be_visible()
            joined.append(one)
        on_a_phone(joined[0])
        expect(page.get_by_text("browsers have joined")).to_be_visible()
        yield page, joined[0], joined[1]
        page.goto(f"{address}/lesson?teach={SECRET}")
        at_rest(page)
        page.goto(f"{address}/sample?lesson=1")
        page.get_by_role("button", name="Task").click()
        page.get_by_role("button", name="Leave the lesson").click()
        expect(page.get_by_role("button", name="Task")).not_to_be_visible()


def said(stop: str) -> VoteTexts:
    vote = text_of("en").stops[stop].vote
    assert vote is not None
    return vote


def is_at(page: Page, number: int) -> None:
    """Wait until it shows this stop, from 1, in the bar's line."""
    expect(page.locator(".st-key-lesson_bar")).to_contain_text(QUESTIONS[number - 1])
    expect(page).to_have_url(re.compile(rf"/{STOPS[number - 1].page}\?.*lesson={number}\b"))


def leave(page: Page) -> None:
    page.get_by_role("button", name="Leave", exact=True).click()


def test_a_class_follows_leaves_comes_back_and_votes(
    class_of_two: tuple[Page, Page, Page], address: str
) -> None:
    teacher, phone, desk = class_of_two
    desk.goto(f"{address}/axes?rows_cells=4")
    expect(desk.get_by_role("heading", name="Axes", level=1)).to_be_visible()

    teacher.get_by_role("button", name="Begin").click()
    for one in (teacher, phone, desk):
        is_at(one, 1)
    expect(phone.get_by_text(FOLLOWS)).to_be_visible()
    expect(phone.get_by_role("button", name="Answer")).to_be_disabled()

    vote = said("samples")
    phone.get_by_role("button", name=f"A {vote.answers[0]}").click()
    expect(teacher.get_by_text(re.compile("1 of .* have voted"))).to_be_visible()
    phone.get_by_role("button", name=f"C {vote.answers[2]}").click()
    desk.get_by_role("button", name=f"B {vote.answers[1]}").click()
    expect(teacher.get_by_text(re.compile("2 of .* have voted"))).to_be_visible()
    expect(teacher.get_by_text(vote.why)).not_to_be_visible()
    teacher.get_by_role("button", name="Reveal").click()
    for one in (teacher, phone, desk):
        expect(one.get_by_text(vote.why)).to_be_visible()
        expect(one.get_by_text(f"C {vote.answers[2]}: 1 of 2")).to_be_visible()
    expect(phone.get_by_text("You chose C.")).to_be_visible()

    leave(desk)
    expect(desk).to_have_url(re.compile(r"/axes\?.*rows_cells=4"))
    expect(desk).not_to_have_url(re.compile("lesson="))
    teacher.keyboard.press("PageDown")
    for one in (teacher, phone):
        is_at(one, 2)
        expect(one.get_by_text("comes once the vote is over")).to_be_visible()
    phone.reload()
    is_at(phone, 2)
    expect(phone.get_by_text(said("round_trip").question)).to_be_visible()
    expect(desk.get_by_role("heading", name="Axes", level=1)).to_be_visible()
    desk.get_by_role("button", name="Come back").click()
    is_at(desk, 2)
    teacher.get_by_role("button", name="Reveal").click()
    for one in (teacher, phone, desk):
        expect(one.get_by_text("Bytes equal")).to_be_visible()

    phone.go_back()
    is_at(phone, 1)
    at_rest(phone)
    is_at(phone, 1)  # it stays there until the teacher goes on
    teacher.keyboard.press("PageDown")
    for one in (teacher, phone, desk):
        is_at(one, 3)
    leave(desk)
    expect(desk.get_by_role("heading", name="Axes", level=1)).to_be_visible()


def test_the_line_of_the_class_stays_within_the_bar(
    class_of_two: tuple[Page, Page, Page], address: str
) -> None:
    teacher, phone, desk = class_of_two
    teacher.get_by_role("button", name="Begin").click()
    for one, most in ((phone, 48), (desk, 64), (teacher, 64)):
        is_at(one, 1)
        bar = one.locator(".st-key-lesson_bar")
        assert bar.evaluate("node => node.parentElement.getBoundingClientRect().height") <= most
        assert fits(one)
    leave(phone)
    expect(phone.get_by_role("button", name="Come back")).to_be_in_viewport(ratio=1)


def test_a_wrong_secret_gets_a_line_and_leads_nobody(
    page: Page, address: str, complaints: list[str]
) -> None:
    page.goto(f"{address}/lesson?teach=wrong")
    expect(page.get_by_text("This link does not lead the class.")).to_be_visible()
    page.goto(f"{address}/lesson")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    expect(page.get_by_text("Join the class")).not_to_be_visible()
    complaints[:] = [line for line in complaints if "403" not in line]
