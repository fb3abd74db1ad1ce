"""What pages show the teacher, one who has joined and a stranger, and let them do."""

from collections.abc import Callable

import pytest
import streamlit as st
from app_pages import open_page, trigger
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from explorer.classroom import Classroom, acting
from explorer.classroom.permission import READ_ONLY
from explorer.ids import new_id
from explorer.jobs import jobs
from explorer.jobs.jobs import JobError, check_allowed
from explorer.ui import address, own_page
from explorer.ui.classroom import follow, role, status, teacher
from explorer.ui.lesson import STOPS, ballot, bar, text_of
from explorer.ui.lesson.texts import ClassTexts, VoteTexts
from explorer.ui.lesson.votes import VOTES, vote_of
from explorer.ui.server import turns
from explorer.ui.server.class_routes import JOINED, LEADS

pytestmark = pytest.mark.usefixtures("checkpoints")
SECRET = "a-secret-of-the-test"
TOGETHER = text_of("en").together
Be = Callable[..., None]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Classroom:
    room = Classroom(SECRET)
    modules = (ballot, bar, follow, own_page, role, status, teacher)
    for module in modules:
        monkeypatch.setattr(module, "classroom", lambda: room)
    monkeypatch.setattr("explorer.classroom.permission.classroom", lambda: room)
    return room


@pytest.fixture
def be(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> Be:
    """Whose browser the pages are in from now on: "teacher", or an id."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(role, "cookies", lambda: kept)

    def be(who: str) -> None:
        kept.clear()
        if who == "teacher":
            kept[LEADS] = room.pass_of_teacher
        elif who:
            kept[JOINED] = who
            assert room.join(who)

    return be


@pytest.fixture
def pupil(be: Be) -> str:
    name = new_id()
    be(name)
    return name


def opened(name: str, **query: str) -> AppTest:
    """The page, which stays wherever it is led to, as in a browser."""
    app = open_page(name, **query)
    app._page_hash = ""
    return app


def number_of(key: str) -> int:
    """Of the stop with this vote."""
    return next(n for n, stop in enumerate(STOPS, start=1) if vote_of(stop) is VOTES[key])


def said(key: str) -> VoteTexts:
    """What is voted on at this stop."""
    vote = text_of("en").stops[key].vote
    assert vote is not None
    return vote


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def text(app: AppTest) -> str:
    parts = (*app.markdown, *app.subheader, *app.caption, *app.info)
    return "\n".join(part.value for part in parts)


def go_on(app: AppTest) -> AppTest:
    """As the browser's part says that the class has gone on."""
    return trigger(app, "class_page", "news", "x")


def lead_to(be: Be, number: int) -> AppTest:
    be("teacher")
    app = opened("lesson.py", length="90").button(f"lesson_to_{number}").click().run()
    assert not app.exception
    return app


def test_a_stranger_sees_no_class_and_leads_nobody(room: Classroom, be: Be) -> None:
    app = open_page("lesson.py")
    assert "Join the class" not in text(app)
    assert not [e for e in app.get("bidi_component") if "class_" in e.proto.id]
    app.button[0].click().run()
    assert not app.exception
    assert room.place is None
    assert not keys(app) & {"class_leave", "class_back", "class_reveal", "class_vote_0"}


@pytest.mark.parametrize("forged", ["x", SECRET, "é", "a" * 64])
def test_a_forged_pass_leads_nobody(
    room: Classroom, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    monkeypatch.setattr(role, "cookies", lambda: {LEADS: forged, JOINED: "../../x"})
    app = open_page("lesson.py").button[0].click().run()
    assert not app.exception
    assert room.place is None
    assert room.present == 0


def test_the_teacher_sees_how_to_join_and_how_many_have(room: Classroom, be: Be) -> None:
    room.join(new_id())
    be("teacher")
    app = open_page("lesson.py")
    assert not app.exception
    assert "Join the class" in text(app)
    assert "**1** browser has joined" in text(app)
    assert any(code.value.endswith("/join") for code in app.code)
    room.join(new_id())
    assert "**2** browsers have joined" in text(trigger(app, "class_part", "news", "x"))


def test_every_step_of_the_teacher_leads_those_who_follow(
    room: Classroom, be: Be, pupil: str
) -> None:
    app = opened("axes.py", rows_cells="4")
    teacher = lead_to(be, 2)
    assert room.place is not None
    assert room.place.page == STOPS[1].page
    be(pupil)
    go_on(app)
    assert not app.exception
    assert app.title[0].value == "Encode"
    assert app.query_params["lesson"] == "2"
    be("teacher")
    teacher.button("lesson_next").click().run()
    be(pupil)
    go_on(app)
    assert app.title[0].value == "Slope"
    for key, value in STOPS[2].view.items():
        assert app.session_state[key] == value, key
    assert not keys(app) & {"lesson_next", "lesson_back"}


def test_what_one_moves_stays_until_the_next_step(room: Classroom, be: Be, pupil: str) -> None:
    teacher = lead_to(be, number_of("slope"))
    be(pupil)
    app = go_on(opened("lesson.py"))
    app.slider(key="inside").set_value(3.0).run()
    assert app.session_state["inside"] == 3.0
    assert go_on(app).session_state["inside"] == 3.0  # nothing is new
    be("teacher")
    teacher.button("lesson_next").click().run()
    teacher.button("lesson_back").click().run()
    be(pupil)
    assert go_on(app).session_state["inside"] == 0.2


def test_who_leaves_is_on_the_own_page_again_and_can_come_back(
    room: Classroom, be: Be, pupil: str
) -> None:
    app = opened("axes.py", rows_cells="4")
    teacher = lead_to(be, 2)
    be(pupil)
    go_on(app)
    app.button("class_leave").click().run()
    assert app.title[0].value == "Axes"
    assert app.query_params["rows_cells"] == "4"
    assert "lesson" not in app.query_params
    assert TOGETHER.has_left in text(app)
    be("teacher")
    teacher.button("lesson_next").click().run()
    be(pupil)
    assert go_on(app).title[0].value == "Axes"
    app.button("class_back").click().run()
    assert not app.exception
    assert app.title[0].value == "Slope"
    assert app.button("class_leave")


@pytest.mark.parametrize("how", ["the same thread", "another thread"])
@pytest.mark.parametrize("shown", [True, False])
def test_a_browser_that_asks_for_the_old_page_as_the_new_one_comes_gets_the_new_one(
    room: Classroom, be: Be, pupil: str, monkeypatch: pytest.MonkeyPatch, shown: bool, how: str
) -> None:
    app = opened("axes.py", rows_cells="4")
    lead_to(be, 2)
    be(pupil)
    go_on(app).button("class_leave").click().run()
    listen, asked, axes = bar.listen, [], calc_hash("axes")

    def ask_for_the_old_one(words: ClassTexts) -> None:
        if shown:  # the new page has been begun
            listen(words)
        if not asked and address.here() != "axes":
            requests = get_script_run_ctx().script_requests
            asked.append(requests)
            if how == "the same thread":
                old = RerunData(query_string="rows_cells=4", page_script_hash=axes)
                requests.request_rerun(old)
            else:
                requests.request_stop()  # Streamlit has a new thread begin
            st.empty()  # where it looks for requests

    monkeypatch.setattr(bar, "listen", ask_for_the_old_one)
    app.button("class_back").click().run()
    assert asked
    if how == "another thread":
        app._page_hash = axes
        app.run()
    assert not app.exception
    assert app.title[0].value == "Encode"
    assert app.query_params["lesson"] == "2"
    app.switch_page("axes.py").run()  # who goes there later is let go
    assert app.title[0].value == "Axes"


def test_the_news_of_a_browser_that_still_shows_the_old_page_leave_the_new_one(
    room: Classroom, be: Be, pupil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = turns._in_turn(ScriptRunner._run_script, follow.straight, address.is_left)
    monkeypatch.setattr(ScriptRunner, "_run_script", run)
    monkeypatch.setattr(address, "_code_of", calc_hash)  # AppTest forgets the pages between runs
    app = opened("axes.py", rows_cells="4")
    lead_to(be, number_of("slope"))
    be(pupil)
    app = go_on(app)
    app._page_hash = calc_hash("axes")
    app = go_on(app)
    assert not app.exception
    assert app.title[0].value == "Slope"
    assert app.query_params["lesson"] == str(number_of("slope"))
    app._page_hash = calc_hash("slope")
    app.button("class_leave").click().run()
    assert app.title[0].value == "Axes"
    app = go_on(app)  # it has not heard that it is there
    assert app.title[0].value == "Axes"


def test_a_page_that_is_loaded_anew_is_joined_and_knows_the_own_page(
    room: Classroom, be: Be, pupil: str
) -> None:
    app = opened("axes.py", rows_cells="4")
    lead_to(be, number_of("slope"))
    be(pupil)
    go_on(app)
    app = opened("slope.py", lesson=app.query_params["lesson"], inside="2.5")
    assert not app.exception
    assert app.session_state["inside"] == 2.5  # it stays as it was loaded
    app.button("class_leave").click().run()
    assert app.title[0].value == "Axes"


def test_a_late_one_is_led_to_where_the_class_is(room: Classroom, be: Be, pupil: str) -> None:
    lead_to(be, number_of("slope"))
    be(pupil)
    assert open_page("home.py").title[0].value == "Slope"


def test_the_end_of_the_lesson_leaves_everybody_where_they_are(
    room: Classroom, be: Be, pupil: str
) -> None:
    teacher = lead_to(be, number_of("slope"))
    be(pupil)
    app = go_on(opened("lesson.py"))
    be("teacher")
    teacher.button("lesson_leave").click().run()
    assert room.place is None
    be(pupil)
    assert go_on(app).title[0].value == "Slope"


def test_a_vote_is_counted_shown_to_the_teacher_and_revealed_to_all(
    room: Classroom, be: Be, pupil: str
) -> None:
    vote, right = said("samples"), VOTES["samples"].right
    teacher = lead_to(be, number_of("samples"))
    assert "**0 of 1** have voted" in text(teacher)
    assert vote.why not in text(teacher)
    be(pupil)
    app = go_on(opened("lesson.py"))
    assert vote.question in text(app)
    assert "class_reveal" not in keys(app)
    app.button("class_vote_0").click().run()
    app.button(f"class_vote_{right}").click().run()
    be("teacher")
    assert "**1 of 1** have voted" in text(trigger(teacher, "class_part", "news", "x"))
    teacher.button("class_reveal").click().run()
    assert not teacher.exception
    assert vote.why in text(teacher)
    be(pupil)
    trigger(app, "class_part", "news", "x")
    assert f"You chose {'ABCD'[right]}. {vote.why}" in text(app)
    assert "class_vote_0" not in keys(app)
    assert room.tally() is not None


def test_a_page_that_shows_the_answer_waits_for_the_reveal(
    room: Classroom, be: Be, pupil: str
) -> None:
    number = number_of("round_trip")
    teacher = lead_to(be, number)
    be(pupil)
    app = go_on(opened("lesson.py"))
    for page in (teacher, app):
        assert TOGETHER.hidden in text(page)
        assert not page.metric
    be("teacher")
    teacher.button("class_reveal").click().run()
    be(pupil)
    go_on(app)
    for page in (teacher, app):
        assert not page.exception
        assert TOGETHER.hidden not in text(page)
        assert page.metric
        for key, value in STOPS[number - 1].view.items():
            assert page.session_state[key] == value, key


def test_without_a_class_nothing_is_voted_on_or_hidden(room: Classroom, be: Be) -> None:
    teacher = lead_to(be, number_of("round_trip"))
    assert "class_reveal" not in keys(teacher)
    assert teacher.metric


def test_who_has_left_and_strangers_see_no_vote(room: Classroom, be: Be, pupil: str) -> None:
    number = number_of("round_trip")
    lead_to(be, number)
    be(pupil)
    room.set_follows(pupil, False)
    for who in (pupil, ""):
        be(who)
        app = open_page("encode.py", lesson=str(number))
        assert not app.exception
        assert said("round_trip").question not in text(app)
        assert app.metric


@pytest.fixture
def locked(room: Classroom) -> None:
    room.set_read_only(True)


@pytest.mark.usefixtures("data_folder", "locked")
def test_read_only_locks_the_page_train_for_all_but_the_teacher(be: Be, pupil: str) -> None:
    for who, is_locked in ((pupil, True), ("", True), ("teacher", False)):
        be(who)
        app = open_page("train.py")
        assert not app.exception
        start = app.button("training_start")
        assert start.disabled == is_locked
        assert (start.help == READ_ONLY) == is_locked


@pytest.mark.usefixtures("data_folder")
def test_a_start_that_comes_after_the_lock_is_refused_on_the_server(
    room: Classroom, be: Be, pupil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(jobs, "_run", started.append)
    app = open_page("train.py")
    room.set_read_only(True)  # the page was drawn before
    app.button("training_start").click().run()
    assert not app.exception
    assert not started
    assert app.button("training_start").help == READ_ONLY


@pytest.mark.usefixtures("locked")
def test_every_act_on_what_all_share_asks_first() -> None:
    with pytest.raises(JobError, match="locked"):
        check_allowed()
    with acting(leads=True):
        check_allowed()


def test_only_the_teachers_switch_locks(room: Classroom, be: Be) -> None:
    be("teacher")
    app = open_page("lesson.py")
    app.toggle(key="class_read_only").set_value(True).run()
    assert room.read_only
    app.toggle(key="class_read_only").set_value(False)
    be("")  # the pass is another one's by now
    app.run()
    assert room.read_only
