"""A class is drawn in turns, garbage is collected now and then, no part runs astray."""

import threading
from typing import Any

import pytest
from patience import PATIENCE
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from explorer.ui.server import turns
from explorer.ui.server.garbage_collection import PAUSE, Sometimes


def asked(key: str = "", **what: Any) -> RerunData:
    """As a browser asks, in which the element with this key has said something."""
    states = WidgetStates()
    if key:
        states.widgets.add(id=f"$$ID-abc-{key}", json_trigger_value='["news"]')
    return RerunData(widget_states=states, **what)


RUNNER: Any = object()


def in_turn(run: Any) -> Any:
    return turns._in_turn(run, lambda data: data, lambda data: data.page_script_hash == "before")


def test_the_class_is_drawn_a_few_at_a_time_and_all_of_it() -> None:
    now, most, done, lock = 0, 0, 0, threading.Lock()
    seen = threading.Event()

    def run(_: object, __: object) -> None:
        nonlocal now, most, done
        with lock:
            now += 1
            most = max(most, now)
            if now == turns.TOGETHER:
                seen.set()
        seen.wait(PATIENCE)
        with lock:
            now -= 1
            done += 1

    take = in_turn(run)
    threads = [
        threading.Thread(target=take, args=(RUNNER, asked(turns.LISTENER))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (most, done) == (turns.TOGETHER, 12)


def test_nobody_else_waits_and_a_page_that_fails_gives_its_turn_back() -> None:
    def run(_: object, data: RerunData) -> None:
        if turns._is_news(data):
            raise RuntimeError

    take = in_turn(run)
    for _ in range(3 * turns.TOGETHER):
        with pytest.raises(RuntimeError):
            take(RUNNER, asked(turns.LISTENER))
    for _ in range(turns.TOGETHER):
        turns._turns.acquire()
    try:
        take(RUNNER, asked())
        take(RUNNER, asked("another"))
    finally:
        for _ in range(turns.TOGETHER):
            turns._turns.release()


def test_a_part_of_the_page_before_does_not_run_on_this_one() -> None:
    ran: list[str] = []
    take = in_turn(lambda _, data: ran.append(data.page_script_hash))
    part = {"fragment_id_queue": ["f"]}
    for key in ("another", ""):
        take(RUNNER, asked(key, page_script_hash="before", **part))
    assert ran == []
    take(RUNNER, asked("another", page_script_hash="here", **part))
    take(RUNNER, asked("another", page_script_hash="before"))  # all of it: so one goes back
    assert ran == ["here", "before"]


def test_garbage_is_collected_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, collected = 0.0, []
    monkeypatch.setattr("gc.collect", lambda generation: collected.append(generation))
    sometimes = Sometimes(lambda: now)
    for now in (0.0, 0.1, PAUSE / 2, PAUSE, PAUSE + 0.1):  # noqa: B007
        sometimes(2)
    assert collected == [2, 2]
