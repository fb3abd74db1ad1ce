"""An atlas is made once, however many come for it; whoever waits may leave."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flows import small_flow
from patience import PATIENCE, wait_until

from explorer.ui.atlas import known, known_atlas
from realnvp import RealNVP
from realnvp.checkpoint import save
from realnvp.explore.encode_set import Atlas, encode_set


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RealNVP:
    """Of a checkpoint without pictures."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    flow = small_flow()
    save(flow, tmp_path / "tiny")
    return flow


class MovedOn(BaseException):
    """As Streamlit ends a run that a newer one replaces."""


class Slow:
    """An encoding of a set that waits before it is made, and counts."""

    def __init__(self) -> None:
        self.made, self.started, self.may_go = 0, threading.Event(), threading.Event()

    def __call__(self, flow: RealNVP, *_: object) -> Atlas:
        self.made += 1
        self.started.set()
        assert self.may_go.wait(PATIENCE)
        return encode_set(flow, None)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(known, "encode_set", slow)
    return slow


@contextmanager
def visitors(flow: RealNVP, count: int) -> Iterator[list[Future[Atlas]]]:
    """Who come for the atlas at the same time, each on a thread."""
    with ThreadPoolExecutor(count) as threads:
        yield [threads.submit(known_atlas, flow, "tiny") for _ in range(count)]


def test_all_who_come_meanwhile_get_the_atlas_of_the_first(flow: RealNVP, slow: Slow) -> None:
    with visitors(flow, 4) as waiting:
        assert slow.started.wait(PATIENCE)
        time.sleep(0.2)
        slow.may_go.set()
    assert len({id(future.result()) for future in waiting}) == 1
    assert slow.made == 1


def test_whoever_waits_may_leave(
    flow: RealNVP, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class State(dict):
        def get(self, *_: object) -> None:  # type: ignore[override]
            raise MovedOn

    with visitors(flow, 1) as (first,):
        assert slow.started.wait(PATIENCE)
        with monkeypatch.context() as patch:
            patch.setattr(known.st, "session_state", State())
            with pytest.raises(MovedOn):
                known_atlas(flow, "tiny")
        slow.may_go.set()
    assert known_atlas(flow, "tiny") is first.result()
    assert slow.made == 1


def test_when_the_one_who_makes_it_leaves_another_does(
    flow: RealNVP, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left(*_: object) -> None:
        raise MovedOn

    with monkeypatch.context() as patch:
        patch.setattr(known, "encode_set", left)
        with pytest.raises(MovedOn):
            known_atlas(flow, "tiny")
    slow.may_go.set()
    assert len(known_atlas(flow, "tiny").images)


def test_whoever_waits_sees_how_far_it_is(flow: RealNVP, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, list[float]] = {}
    second_part = threading.Event()

    class Bar:
        def __init__(self, share: float, text: str) -> None:
            self.progress(share, text)

        def progress(self, share: float, text: str) -> None:
            seen.setdefault(threading.current_thread().name, []).append(share)

        def empty(self) -> None: ...

    def ask(function: Callable, part: slice) -> object:
        if part.start:
            assert second_part.wait(PATIENCE)
        return function(part)

    monkeypatch.setattr(known.st, "progress", Bar)
    monkeypatch.setattr(known, "run", ask)
    with visitors(flow, 2) as both:
        wait_until(lambda: [s[:2] for s in list(seen.values())] == [[0.0, 1 / 8]] * 2)
        second_part.set()
    assert both[0].result() is both[1].result()
