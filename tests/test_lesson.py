"""The lesson leads a class from page to page, with what each stop wants on it."""

import pytest
from app_pages import open_page
from streamlit.testing.v1 import AppTest

from explorer.ui.lesson import STOPS

pytestmark = pytest.mark.usefixtures("checkpoints")


def headers(app: AppTest) -> list[str]:
    return [header.value for header in app.header]


@pytest.mark.parametrize("number", range(1, len(STOPS) + 1))
def test_every_stop_opens_on_its_page_with_its_view(number: int) -> None:
    stop = STOPS[number - 1]
    app = open_page("lesson.py").button(f"lesson_to_{number}").click().run()
    assert not app.exception
    assert not app.error
    assert stop.title in headers(app)
    assert app.query_params["lesson"] == str(number)
    for key, value in stop.view.items():
        assert app.session_state[key] == value, key
    shown = {subheader.value for subheader in app.subheader}
    assert {stop.task, stop.question, stop.answer} <= shown


def test_next_and_back_walk_through_the_stops() -> None:
    app = open_page("lesson.py").button[0].click().run()
    assert headers(app) == [STOPS[0].title]
    assert app.button("lesson_back").disabled
    app.button("lesson_next").click().run()
    assert headers(app) == [STOPS[1].title]
    app.button("lesson_back").click().run()
    assert headers(app) == [STOPS[0].title]


def test_a_link_opens_a_stop_for_the_whole_class() -> None:
    app = open_page(f"{STOPS[1].page}.py", lesson="2")
    assert headers(app) == [STOPS[1].title]


@pytest.mark.parametrize("forged", ["0", "99", "-1", "x", "", "١", "9" * 5000])
def test_a_link_to_no_stop_opens_the_page_without_a_lesson(forged: str) -> None:
    app = open_page("sample.py", lesson=forged)
    assert not app.exception
    assert headers(app) == []


def test_whoever_leaves_keeps_the_page() -> None:
    app = open_page("sample.py", lesson="1", temperature="0.4")
    app.button("lesson_leave").click().run()
    assert headers(app) == []
    assert app.title[0].value == "Sample"
    assert app.session_state["temperature"] == 0.4
    assert "lesson" not in app.query_params


def test_an_answer_is_hidden_until_somebody_asks() -> None:
    app = open_page("sample.py", lesson="1")
    (answer,) = [e for e in app.expander if e.label == "Answer"]
    assert not answer.proto.expanded
