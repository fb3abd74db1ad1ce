"""The lesson leads a class from page to page, with what each stop wants on it."""

import math
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from app_pages import hasten_searches, open_page
from flows import small_flow
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

from explorer.ui.lesson import STOPS, VERSIONS, in_version, text_of, time_of
from explorer.ui.lesson.handout import handout
from realnvp.checkpoint import save
from realnvp.coupling import AffineCoupling

SAID = [text_of("en").stops[stop.key] for stop in STOPS]  # of each stop

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


def headers(app: AppTest) -> list[str]:
    return [header.value for header in app.header]


@pytest.mark.parametrize("number", range(1, len(STOPS) + 1))
def test_every_stop_opens_on_its_page_with_its_view(number: int, own_models: Path) -> None:
    stop = STOPS[number - 1]
    if stop.page == "compare":
        save_families(own_models)
    app = open_page("lesson.py", length="90").button(f"lesson_to_{number}").click().run()
    assert not app.exception
    assert not app.error
    said = SAID[number - 1]
    assert said.title in headers(app)
    assert app.query_params["lesson"] == str(number)
    for key, value in stop.view.items():
        assert app.session_state[key] == value, key
    shown = {subheader.value for subheader in app.subheader}
    assert {said.task, said.question, said.answer} <= shown
    assert f"**{number} of {len(STOPS)}** · {said.question}" in [m.value for m in app.markdown]


def test_next_and_back_walk_through_the_stops() -> None:
    app = open_page("lesson.py").button[0].click().run()
    assert headers(app) == [SAID[0].title]
    assert app.button("lesson_back").disabled
    app.button("lesson_next").click().run()
    assert headers(app) == [SAID[1].title]
    app.button("lesson_back").click().run()
    assert headers(app) == [SAID[0].title]


@pytest.mark.parametrize("minutes", VERSIONS)
def test_a_version_keeps_to_its_time_and_has_all_stops_of_a_shorter_one(minutes: int) -> None:
    numbers = in_version(minutes)
    assert 0.9 * minutes <= time_of(numbers) <= minutes
    assert all(set(in_version(other)) <= set(numbers) for other in VERSIONS if other <= minutes)
    assert set(in_version(VERSIONS[-1])) == set(range(1, len(STOPS) + 1))


def test_what_students_ask_most_is_answered() -> None:
    asked = " ".join(asked.question for said in SAID for asked in said.asked)
    for words in ("Why the determinant", "Why 256", "density exceed 1", "z as large as x"):
        assert words in asked


@pytest.mark.parametrize("minutes", VERSIONS)
def test_the_plan_has_the_stops_of_a_version_with_their_notes(minutes: int) -> None:
    app = open_page("lesson.py", length=str(minutes))
    assert not app.exception
    numbers = in_version(minutes)
    shown = [button.key for button in app.button if str(button.key).startswith("lesson_to_")]
    assert shown == [f"lesson_to_{number}" for number in numbers]
    text = "\n".join(markdown.value for markdown in app.markdown)
    for number, said in enumerate(SAID, start=1):
        assert (said.say in text) == (number in numbers)
    assert f"{len(numbers)} stops, {time_of(numbers)} minutes" in text


def test_a_short_version_leads_past_the_stops_that_it_leaves_out() -> None:
    numbers = in_version(20)
    app = open_page("lesson.py", length="20").button[0].click().run()
    for place, number in enumerate(numbers, start=1):
        assert headers(app) == [SAID[number - 1].title]
        words = f"**{place} of {len(numbers)}** · {SAID[number - 1].question}"
        assert words in [markdown.value for markdown in app.markdown]
        if place < len(numbers):
            app.button("lesson_next").click().run()
    assert app.button("lesson_next").disabled
    app.button("lesson_back").click().run()
    assert headers(app) == [SAID[numbers[-2] - 1].title]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_the_hand_out_draws_what_the_model_has(levels: int) -> None:
    flow = small_flow(num_levels=levels)
    numbers = in_version(20)
    text = handout(flow, numbers, "en").decode()
    for index, shape in enumerate(flow.shapes(), start=1):
        assert f"Level {index}: couplings" in text
        assert f"{' × '.join(map(str, shape))} = {math.prod(shape):,}" in text
    couplings = [m for m in flow.multiscale.modules() if isinstance(m, AffineCoupling)]
    root = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    texts = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
    counts = [int(t.split()[0]) for t in texts if t.endswith(("× checkerboard", "× channels"))]
    assert sum(counts) == len(couplings)
    assert texts.count("squeeze") == levels - 1
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    for number, said in enumerate(SAID, start=1):
        assert (escape(said.question) in text) == (number in numbers)


def test_a_link_opens_a_stop_for_the_whole_class() -> None:
    app = open_page(f"{STOPS[1].page}.py", lesson="2")
    assert headers(app) == [SAID[1].title]


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


def test_whoever_leaves_is_where_they_were_with_their_model_and_settings(
    own_models: Path,
) -> None:
    save(small_flow(1), own_models / STOPS[0].checkpoint)
    app = open_page("axes.py", checkpoint="tiny", rows_cells="4")
    app.switch_page("lesson.py").run()
    app.button("lesson_to_1").click().run()
    assert app.session_state["checkpoint"] == STOPS[0].checkpoint
    app.slider(key="temperature").set_value(0.3).run()
    app.button("lesson_next").click().run()
    app.button("lesson_leave").click().run()
    assert headers(app) == []
    assert app.title[0].value == "Lesson"
    assert app.session_state["checkpoint"] == "tiny"
    assert "lesson" not in app.query_params


def test_a_server_without_the_lesson_s_model_keeps_its_own() -> None:
    app = open_page("lesson.py").button("lesson_to_1").click().run()
    assert not app.exception
    assert app.session_state["checkpoint"] == "tiny"
