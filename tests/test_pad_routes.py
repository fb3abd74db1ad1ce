"""The route that pads fetch pictures from: exact, bounded, and calm about whatever is sent."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import torch
from asking import Answer, get, pixels, request
from flows import small_flow
from patience import PATIENCE

from explorer.engine import Busy
from explorer.ui.scenes import Scene, Scenes
from explorer.ui.server import routes
from realnvp import NonFiniteError, RealNVP
from realnvp.any_flow import FlowError
from realnvp.explore.pads import Points, over_plane


@pytest.fixture
def flow() -> RealNVP:
    return small_flow()


@pytest.fixture
def z(flow: RealNVP) -> torch.Tensor:
    return flow.draw(1, 0.7, torch.Generator().manual_seed(0))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Scenes:
    store = Scenes()
    monkeypatch.setattr(routes, "scenes", lambda: store)
    return store


@pytest.fixture
def token(store: Scenes, flow: RealNVP, z: torch.Tensor) -> str:
    """Of a plane through z."""
    return store.put(Scene(weakref.ref(flow), partial(over_plane, z, None, seed=3)))


def expected(flow: RealNVP, z: torch.Tensor, x: float, y: float) -> np.ndarray:
    there, _ = over_plane(z, None, [x], [y], seed=3)
    return flow.decode(there)[0].permute(1, 2, 0).numpy()


def test_a_place_gives_the_pixels_that_the_core_decodes(
    flow: RealNVP, z: torch.Tensor, token: str
) -> None:
    answer = get(f"/pad/{token}", "x=0.25&y=-0.5")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["server-timing"].startswith("decode;dur=")
    assert float(answer.headers["norm-ratio"]) == pytest.approx(0.7, abs=0.1)
    assert np.array_equal(pixels(answer), expected(flow, z, 0.25, -0.5))
    assert not np.array_equal(pixels(answer), expected(flow, z, 0.25, 0.5))


@pytest.mark.parametrize(
    ("sent", "meant"), [("x=7&y=-1e30", (1, -1)), ("x=-1.0001&y=1", (-1, 1)), ("y=0&x=0", (0, 0))]
)
def test_what_is_out_of_range_is_the_nearest_end(
    flow: RealNVP, z: torch.Tensor, token: str, sent: str, meant: tuple[float, float]
) -> None:
    assert np.array_equal(pixels(get(f"/pad/{token}", sent)), expected(flow, z, *meant))


@pytest.mark.parametrize(
    "value",
    ["", "nan", "inf", "-inf", "1e999", "0x1", "1,0", "<script>", "[0]", "9" * 5000, "0;0", "\0"],
)
def test_what_is_no_number_is_refused_in_one_line(token: str, value: str) -> None:
    for name, other in (("x", "y"), ("y", "x")):
        answer = get(f"/pad/{token}", f"{name}={quote(value)}&{other}=0")
        assert answer.status == 400
        assert answer.line == f"{name} must be a number from -1 to 1."


def test_a_missing_number_is_refused(token: str) -> None:
    assert get(f"/pad/{token}").status == 400
    assert get(f"/pad/{token}", "x=0").status == 400


@pytest.mark.parametrize("forged", ["A", "tiny", "%2e%2e", "x" * 3000, "é", "None"])
def test_a_token_that_was_not_given_out_is_unknown(token: str, forged: str) -> None:
    answer = get(f"/pad/{forged}", "x=0&y=0")
    assert answer.status == 404
    assert "not known" in answer.line


def test_a_scene_keeps_no_model_alive(store: Scenes, z: torch.Tensor) -> None:
    flow = small_flow(1)
    token = store.put(Scene(weakref.ref(flow), partial(over_plane, z, None, seed=3)))
    assert get(f"/pad/{token}", "x=0&y=0").status == 200
    del flow
    gc.collect()
    answer = get(f"/pad/{token}", "x=0&y=0")
    assert answer.status == 410
    assert "gone" in answer.line


class Slow:
    """Points of a scene that wait until they may."""

    def __init__(self, z: torch.Tensor) -> None:
        self.z, self.started, self.may_go = z, threading.Event(), threading.Event()

    def __call__(self, xs: Sequence[float], ys: Sequence[float]) -> Points:
        self.started.set()
        assert self.may_go.wait(PATIENCE)
        return self.z, None


async def started(slow: Slow) -> None:
    while not slow.started.is_set():
        await asyncio.sleep(0.005)


def test_one_token_has_one_picture_at_a_time(
    store: Scenes, flow: RealNVP, z: torch.Tensor, token: str
) -> None:
    slow = Slow(z)
    waiting = store.put(Scene(weakref.ref(flow), slow))

    async def visit() -> tuple[Answer, Answer, Answer]:
        first = asyncio.create_task(request(f"/pad/{waiting}", "x=0&y=0"))
        await started(slow)
        second = await request(f"/pad/{waiting}", "x=0&y=0")
        slow.may_go.set()
        return await first, second, await request(f"/pad/{waiting}", "x=0&y=0")

    first, second, third = asyncio.run(visit())
    assert (first.status, second.status, third.status) == (200, 429, 200)
    assert second.line == "One picture at a time."


def test_a_picture_that_takes_long_holds_up_no_other_request(
    store: Scenes, flow: RealNVP, z: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    slow = Slow(z)
    token = store.put(Scene(weakref.ref(flow), slow))

    async def visit() -> tuple[Answer, Answer]:
        picture = asyncio.create_task(request(f"/pad/{token}", "x=0&y=0"))
        await started(slow)
        ready = await request("/ready")
        assert not picture.done()
        slow.may_go.set()
        return ready, await picture

    ready, picture = asyncio.run(visit())
    assert ready.status == 503  # there is no model in that folder
    assert picture.status == 200


def test_more_than_can_wait_are_turned_away(
    store: Scenes, flow: RealNVP, z: torch.Tensor, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAITING", 1)
    slow = Slow(z)
    waiting = store.put(Scene(weakref.ref(flow), slow))

    async def visit() -> tuple[Answer, Answer]:
        first = asyncio.create_task(request(f"/pad/{waiting}", "x=0&y=0"))
        await started(slow)
        second = await request(f"/pad/{token}", "x=0&y=0")
        slow.may_go.set()
        return await first, second

    first, second = asyncio.run(visit())
    assert (first.status, second.status) == (200, 503)
    assert "Many people" in second.line


def test_whoever_leaves_frees_the_token(token: str) -> None:
    with pytest.raises(OSError, match="closed"):
        asyncio.run(request(f"/pad/{token}", "x=0&y=0", leaves=True))
    assert get(f"/pad/{token}", "x=0&y=0").status == 200


def test_a_request_that_is_cancelled_frees_the_token_when_its_picture_is_done(
    store: Scenes, flow: RealNVP, z: torch.Tensor
) -> None:
    slow = Slow(z)
    token = store.put(Scene(weakref.ref(flow), slow))

    async def visit() -> list[int]:
        first = asyncio.create_task(request(f"/pad/{token}", "x=0&y=0"))
        await started(slow)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        meanwhile = (await request(f"/pad/{token}", "x=0&y=0")).status
        slow.may_go.set()
        while (later := (await request(f"/pad/{token}", "x=0&y=0")).status) == 429:
            await asyncio.sleep(0.005)
        return [meanwhile, later]

    assert asyncio.run(visit()) == [429, 200]


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Busy("Many people are here at the moment."), 503, "Many people"),
        (FlowError("mine: decode failed"), 422, "decode failed"),
        (NonFiniteError("level 1, coupling 2 gave 3 values"), 422, "coupling 2"),
        (torch.OutOfMemoryError("CUDA out of memory: 3 GiB"), 503, "memory"),
    ],
)
def test_what_goes_wrong_is_one_line_and_the_next_may_go_well(
    token: str, error: Exception, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def decode(self, *_: object) -> None:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(routes, "engine", Failing)
        answer = get(f"/pad/{token}", "x=0&y=0")
        assert answer.status == status
        assert words in answer.line
    assert get(f"/pad/{token}", "x=0&y=0").status == 200


def scene() -> Scene:
    return Scene(weakref.ref(Scenes()), lambda xs, ys: (torch.zeros(1, 1), None))  # type: ignore[arg-type]


def test_tokens_are_long_and_never_the_same() -> None:
    store = Scenes()
    tokens = {store.put(scene()) for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 22 for token in tokens)


def test_the_scene_unused_for_longest_makes_room() -> None:
    store = Scenes(places=2)
    first, second = store.put(scene()), store.put(scene())
    assert store.find(first)
    third = store.put(scene())
    assert store.find(first)
    assert store.find(second) is None
    assert store.find(third)


def test_an_unused_scene_expires() -> None:
    now = 0.0
    store = Scenes(seconds=10, clock=lambda: now)
    used, unused = store.put(scene()), store.put(scene())
    now = 8.0
    assert store.find(used)
    now = 16.0
    assert store.find(used)
    assert store.find(unused) is None


def test_a_scene_can_be_replaced_under_its_token() -> None:
    store, other = Scenes(), scene()
    token = store.put(scene())
    assert store.put(other, token) == token
    assert store.find(token) is other
