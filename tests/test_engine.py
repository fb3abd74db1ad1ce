"""One thread runs the model; a full house says so; an error reaches the one who asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import torch
from flows import random_pictures, small_flow
from holding import held
from patience import PATIENCE

from explorer.engine import Busy, Engine
from explorer.engine.process import SHARED
from realnvp import NonFiniteError, RealNVP


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
    with held(engine):
        waiting = [engine.submit(lambda: "next") for _ in range(2)]
        with pytest.raises(Busy, match="try again"):
            engine.call(lambda: "too many")
    assert [future.result(PATIENCE).value for future in waiting] == ["next", "next"]
    assert engine.call(lambda: "again").value == "again"


def test_what_is_taken_back_is_never_run_and_frees_its_place(engine: Engine) -> None:
    ran = []
    with held(engine):
        taken_back = [engine.submit(ran.append, "old") for _ in range(2)]
        assert all(future.cancel() for future in taken_back)
        newest = engine.submit(ran.append, "new")
    newest.result(PATIENCE)
    assert ran == ["new"]


def test_calls_come_in_the_order_in_which_they_were_asked() -> None:
    engine, order = Engine(torch.device("cpu")), []
    with held(engine):
        futures = [engine.submit(order.append, n) for n in range(20)]
    for future in futures:
        future.result(PATIENCE)
    engine.close()
    assert order == list(range(20))


class Counting:
    """A flow that says how many pictures it was asked for at once."""

    def __init__(self, flow: RealNVP) -> None:
        self.flow, self.batches = flow, []

    def decode(self, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        self.batches.append(len(z))
        return self.flow.decode(z, labels)


def ask_together(engine: Engine, asked: list[tuple]) -> list[Future]:
    """All are waiting before the first is answered."""
    with ThreadPoolExecutor(len(asked)) as visitors:
        with held(engine):
            futures = [visitors.submit(engine.decode, *one) for one in asked]
            while len(engine._waiting) < len(asked):
                pass
        return futures


def test_pictures_of_one_model_are_decoded_together() -> None:
    engine = Engine(torch.device("cpu"))
    flow, other = Counting(small_flow()), Counting(small_flow(1))
    z = flow.flow.draw(6, 0.7, torch.Generator().manual_seed(0))
    asked = [(other if n == 2 else flow, z[n : n + 1]) for n in range(6)]
    futures = ask_together(engine, asked)
    engine.close()
    assert (sorted(flow.batches), other.batches) == ([5], [1])
    for (whose, one), future in zip(asked, futures, strict=True):
        assert torch.equal(future.result(PATIENCE).value, whose.flow.decode(one))


def test_one_picture_wakes_no_second_thread_of_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow, threads = small_flow(), []
    decode = flow.decode

    def noted(*given: torch.Tensor) -> torch.Tensor:
        threads.append(torch.get_num_threads())
        return decode(*given)

    monkeypatch.setattr(flow, "decode", noted)
    torch.set_num_threads(2)
    try:
        engine = Engine()
    finally:
        torch.set_num_threads(1)
    for count in (1, SHARED, 1):
        ask_together(engine, [(flow, flow.draw(1))] * count)
    engine.close()
    assert threads == [1, 2, 1]


def test_whose_latent_is_at_fault_gets_the_error_alone() -> None:
    engine, flow = Engine(torch.device("cpu")), small_flow()
    good = flow.draw(1, 0.7, torch.Generator().manual_seed(0))
    bad = torch.full_like(good, float("nan"))
    first, second, third = ask_together(engine, [(flow, good), (flow, bad), (flow, good)])
    engine.close()
    assert torch.equal(first.result().value, flow.decode(good))
    with pytest.raises(NonFiniteError, match="latent"):
        second.result()
    assert torch.equal(third.result().value, flow.decode(good))


def test_pictures_keep_their_own_labels() -> None:
    engine, flow = Engine(torch.device("cpu")), small_flow(label_kind="class", num_labels=3)
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(0))
    classes = [torch.tensor([k]) for k in range(3)]
    futures = ask_together(engine, [(flow, z, label) for label in classes])
    engine.close()
    for label, future in zip(classes, futures, strict=True):
        assert torch.equal(future.result().value, flow.decode(z, label))


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


def test_whoever_asks_a_closed_engine_is_told_at_once(engine: Engine) -> None:
    flow = small_flow()
    with held(engine):
        before = engine.submit(lambda: "asked before")
        closing = threading.Thread(target=engine.close)
        closing.start()
        while not engine._closed:
            pass
        with pytest.raises(RuntimeError, match="this engine is closed"):
            engine.submit(lambda: "too late")
    closing.join()
    assert before.result(PATIENCE).value == "asked before"
    with pytest.raises(RuntimeError, match="this engine is closed"):
        engine.submit_decode(flow, torch.zeros(1, flow.dim))


def test_it_can_fall_back_to_the_cpu() -> None:
    engine = Engine(torch.device("meta"))
    engine.fall_back()
    assert engine.device == torch.device("cpu")
    assert engine.call(lambda: "goes on").value == "goes on"
    engine.close()
