"""One thread runs the model; a full house says so; an error reaches the one who asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp import NonFiniteError
from realnvp.engine import Busy, Engine, best_device, device_name


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(torch.device("cpu"), places=2)
    yield engine
    engine.close()


def test_it_gives_what_the_flow_gives(engine: Engine) -> None:
    flow, pictures = small_flow(), random_pictures(3)
    call = engine.call(flow.encode, pictures)
    assert torch.equal(call.value, flow.encode(pictures))
    assert call.milliseconds > 0


def test_all_callers_share_one_thread(engine: Engine) -> None:
    def ask(_: int) -> int:
        return engine.call(threading.get_ident).value

    with ThreadPoolExecutor(2) as visitors:
        threads = set(visitors.map(ask, range(20)))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_it_keeps_no_gradients(engine: Engine) -> None:
    assert engine.call(torch.is_inference_mode_enabled).value
    assert not engine.call(
        small_flow().requires_grad_(True).bits_per_dim, random_pictures(1)
    ).value.requires_grad


def test_a_full_queue_says_busy_and_then_recovers(engine: Engine) -> None:
    started, release = threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        assert release.wait(10)
        return "done"

    with ThreadPoolExecutor(3) as visitors:
        first = visitors.submit(engine.call, slow)
        assert started.wait(10)
        waiting = [visitors.submit(engine.call, lambda: "next") for _ in range(2)]
        while engine._queue.qsize() < 2:
            pass
        with pytest.raises(Busy, match="try again"):
            engine.call(lambda: "too many")
        release.set()
        assert first.result(10).value == "done"
        assert [call.result(10).value for call in waiting] == ["next", "next"]
    assert engine.call(lambda: "again").value == "again"


def test_an_error_reaches_the_caller_and_the_thread_lives_on(engine: Engine) -> None:
    flow = small_flow()
    poisoned = torch.full((1, flow.dim), float("nan"))
    with pytest.raises(NonFiniteError, match="latent"):
        engine.call(flow.decode, poisoned)
    assert engine.call(flow.decode, torch.zeros(1, flow.dim)).value.dtype == torch.uint8


def test_large_requests_go_in_turns(engine: Engine) -> None:
    flow, pictures = small_flow(), random_pictures(10)
    parts = [
        call.value for call in engine.calls(lambda rows: flow.encode(pictures[rows]), 10, chunk=4)
    ]
    assert [len(part) for part in parts] == [4, 4, 2]
    torch.testing.assert_close(torch.cat(parts), flow.encode(pictures))


def test_it_can_fall_back_to_the_cpu() -> None:
    engine = Engine(torch.device("meta"))
    engine.fall_back()
    assert engine.device == torch.device("cpu")
    assert engine.call(lambda: "goes on").value == "goes on"
    engine.close()


def test_a_device_has_a_name_for_people() -> None:
    assert device_name(best_device())
    assert device_name(torch.device("cpu")).startswith("CPU")
