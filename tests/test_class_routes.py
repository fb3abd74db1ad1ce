"""The routes of a class: who joins, who leads, and how news reaches those who wait."""

import asyncio
import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from asking import Answer, get, request
from patience import PATIENCE

from explorer.classroom import Ballot, Classroom
from explorer.ids import new_id
from explorer.ui.server import class_routes
from explorer.ui.server.class_routes import JOINED, LEADS
from explorer.ui.server.shutdown import on_shutdown

SECRET = "a-secret-of-the-test"
HOSTILE = ["", "x", "../../etc", "a" * 23, "a" * 5000, "\xff" * 22, "<script>alert(1)</script>"]


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    room = Classroom(SECRET)
    monkeypatch.setattr(class_routes, "classroom", lambda: room)
    yield room
    class_routes._closing.clear()
    assert not class_routes._waiting
    assert not room._listeners


def cookie(answer: Answer, name: str) -> Any:
    """What a browser is to keep."""
    return SimpleCookie(answer.headers.get("set-cookie", "")).get(name)


def as_teacher(room: Classroom) -> dict[str, str]:
    return {"cookie": f"{LEADS}={room.pass_of_teacher}"}


def as_joined(room: Classroom) -> dict[str, str]:
    name = new_id()
    room.join(name)
    return {"cookie": f"{JOINED}={name}"}


def told(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def known(news: dict[str, str]) -> str:
    return f"page={news['page']}&part={news['part']}"


def test_the_link_makes_a_teacher_and_leads_on_without_the_secret(room: Classroom) -> None:
    answer = get("/lesson", f"teach={SECRET}")
    assert answer.status == 303
    assert answer.headers["location"] == "lesson"  # of this address, wherever a proxy has put it
    assert SECRET not in str(answer)
    kept = cookie(answer, LEADS)
    assert room.is_teacher(kept.value)
    assert kept["httponly"]
    assert kept["samesite"] == "lax"
    assert not kept["path"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("wrong", ["", "x", SECRET[:-1], SECRET + "x", "%00", "%FF%FE", "a" * 9000])
def test_a_wrong_secret_gets_one_kind_line_and_nothing_else(wrong: str) -> None:
    answer = get("/lesson", f"teach={wrong}")
    assert answer.status == 403
    assert answer.line == class_routes.NOT_THE_SECRET
    assert "set-cookie" not in answer.headers


def test_the_page_lesson_itself_is_not_taken_from_streamlit() -> None:
    for query in ("", "lesson=2", "length=20", "q=teach"):
        assert get("/lesson", query).status == 404  # of the routes of the app alone


def test_who_joins_is_led_to_where_the_class_is(room: Classroom) -> None:
    answer = get("/join")
    assert answer.status == 303
    assert answer.headers["location"] == "lesson"
    name = cookie(answer, JOINED).value
    assert room.present == 1
    room.set_follows(name, False)
    room.go("sample", {"seed": "1", "lesson": "2"})
    answer = get("/join", cookie=f"{JOINED}={name}")
    assert answer.headers["location"] == "sample?seed=1&lesson=2"
    assert cookie(answer, JOINED).value == name
    assert room.present == 1
    assert room.follows(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_id_that_is_none_is_not_taken_over(room: Classroom, name: str) -> None:
    made = cookie(get("/join", cookie=f"{JOINED}={name}"), JOINED).value
    assert made != name
    assert room.present == 1
    assert get("/class", cookie=f"{JOINED}={name}").status == 404
    assert get("/class", cookie=f"{LEADS}={name}").status == 404


def test_a_cookie_is_for_https_alone_where_the_page_is(room: Classroom) -> None:
    assert not cookie(get("/join"), JOINED)["secure"]


def test_a_class_that_is_full_says_so(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.classroom.room.MOST", 1)
    assert get("/join").status == 303
    answer = get("/join")
    assert answer.status == 503
    assert answer.line == class_routes.FULL
    assert "set-cookie" not in answer.headers


def test_strangers_hear_nothing(room: Classroom) -> None:
    room.go("sample", {}, Ballot("which", 2))
    answer = get("/class")
    assert answer.status == 404
    assert json.loads(answer.body) == {"page": "none", "part": "none"}


def test_news_are_told_at_once_and_no_news_after_a_while(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_routes, "HOLD", 0.01)
    for who in (as_teacher(room), as_joined(room)):
        news = told(get("/class", **who))
        assert get("/class", known(news), **who).status == 204
        room.go("sample", {})
        assert told(get("/class", known(news), **who)) != news


@pytest.mark.parametrize("query", ["page=%FF&part=%00", "page=" + "9" * 9000, "x=1", "page=&part="])
def test_whatever_is_said_to_be_known_is_only_compared(room: Classroom, query: str) -> None:
    assert told(get("/class", query, **as_joined(room)))["page"].startswith(room.id)


def test_all_who_wait_hear_of_a_step_from_another_thread(room: Classroom) -> None:
    everybody = [as_joined(room) for _ in range(30)]
    before = [told(get("/class", **who)) for who in everybody]

    async def wait() -> list[Answer]:
        waiting = [
            asyncio.create_task(request("/class", known(news), **who))
            for who, news in zip(everybody, before, strict=True)
        ]
        while len(class_routes._waiting) < len(waiting):
            await asyncio.sleep(0.01)
        await asyncio.to_thread(room.go, "encode", {"lesson": "2"})
        async with asyncio.timeout(PATIENCE):
            return await asyncio.gather(*waiting)

    after = [told(answer) for answer in asyncio.run(wait())]
    assert all(new["page"] != old["page"] for new, old in zip(after, before, strict=True))


def test_who_leaves_while_waiting_is_waited_for_no_longer(room: Classroom) -> None:
    who = as_joined(room)
    news = told(get("/class", **who))

    async def leave() -> None:
        waiting = asyncio.create_task(request("/class", known(news), **who))
        while not class_routes._waiting:
            await asyncio.sleep(0.01)
        waiting.cancel()  # as a server does
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(leave())
    room.go("sample", {})  # calls nobody whose loop is gone


def test_too_many_are_asked_to_come_again(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_routes, "LISTENING", 0)
    who = as_joined(room)
    news = told(get("/class", **who))
    assert get("/class", known(news), **who).status == 503


def test_a_server_that_ends_keeps_nobody_waiting(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: dict[int, Any] = {}
    monkeypatch.setattr("explorer.ui.server.shutdown.signal.signal", handlers.__setitem__)
    before: list[int] = []
    monkeypatch.setattr(
        "explorer.ui.server.shutdown.signal.getsignal",
        lambda _: lambda number, frame: before.append(number),
    )
    who = as_joined(room)
    news = told(get("/class", **who))

    async def end() -> list[Answer]:
        on_shutdown(class_routes.end_waiting)
        waiting = asyncio.create_task(request("/class", known(news), **who))
        while not class_routes._waiting:
            await asyncio.sleep(0.01)
        for number, handler in handlers.items():
            handler(number, None)
        async with asyncio.timeout(PATIENCE):
            return [await waiting, await request("/class", known(news), **who)]

    assert [answer.status for answer in asyncio.run(end())] == [204, 204]
    assert before == list(handlers)
    assert len(before) == 2
