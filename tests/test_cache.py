"""What was asked before is not made again, and never mixed up with something else."""

import gc
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from flows import small_flow
from patience import PATIENCE
from torch import Tensor

from explorer.ui import cache as for_pages
from explorer.ui import live_samples
from explorer.ui.live_samples import pictures_at
from explorer.views.sample import Sample
from explorer.views.view import drawn
from realnvp import RealNVP, image_encoding
from realnvp.explore import cache
from realnvp.explore.cache import PLACES, cached
from realnvp.explore.samples import draw_samples


@dataclass(eq=False)
class Counted:
    """A function of a model that counts how often it runs."""

    runs: list[object] = field(default_factory=list)

    def __call__(self, flow: RealNVP, what: object, *, times: int = 1) -> tuple[object, int]:
        self.runs.append(what)
        return what, times


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    cache._cache.clear()


def test_the_same_question_is_answered_once() -> None:
    flow, count = small_flow(), Counted()
    first = cached(count, flow, [0.5, 0.7], times=1)
    assert cached(count, flow, (0.5, 0.7)) is first  # a default is as good as said
    assert count.runs == [[0.5, 0.7]]
    assert first.value == ([0.5, 0.7], 1)
    assert first.milliseconds > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (0, False),
        ("1", 1),
        (torch.tensor([1, 2]), torch.tensor([1, 3])),
        (torch.tensor([1, 2]), torch.tensor([[1, 2]])),
        (torch.tensor([0]), torch.tensor([0], dtype=torch.int32)),
        ([0.5, 0.7], [0.7, 0.5]),
        (None, 0),
    ],
)
def test_other_questions_are_others(one: object, other: object) -> None:
    flow, count = small_flow(), Counted()
    cached(count, flow, one)
    cached(count, flow, other)
    assert len(count.runs) == 2


def test_another_model_is_asked_anew() -> None:
    count = Counted()
    flow = small_flow()
    cached(count, flow, 1)
    cached(count, small_flow(1), 1)
    del flow
    gc.collect()
    cached(count, small_flow(2), 1)  # where the first one was, perhaps
    assert len(count.runs) == 3


def test_only_the_latest_are_kept() -> None:
    flow, count = small_flow(), Counted()
    for what in range(PLACES + 1):
        cached(count, flow, what)
        cached(count, flow, 1)  # used all the while
    cached(count, flow, 0)
    assert count.runs == [*range(PLACES + 1), 0]


def test_a_link_outlives_what_another_visitor_drags() -> None:
    flow, count = small_flow(), Counted()
    for what in ["link", *range(60), "link"]:
        cached(count, flow, what)
    assert count.runs == ["link", *range(60)]


def test_what_is_large_takes_the_place_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = small_flow()
    one = cached(draw_samples, flow, 4, 0.7, 0).value
    size = sum(part.nbytes for part in (one.z, one.images, one.places))
    monkeypatch.setattr(cache, "BYTES", 2 * size)
    for seed in (1, 2):
        cached(draw_samples, flow, 4, 0.7, seed)
    assert len(cache._cache) == 2
    cached(draw_samples, flow, 9, 0.7, 0)
    assert not cache._cache


def test_what_fails_is_not_kept() -> None:
    flow = small_flow()

    def fail(flow: RealNVP) -> Tensor:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            cached(fail, flow)
    assert not cache._cache


@pytest.mark.parametrize("temperatures", [[0.7], [0.2, 1.0, 0.5]])
def test_pictures_on_the_move_are_those_of_the_page(temperatures: list[float]) -> None:
    flow = small_flow()
    told = temperatures[0] if len(temperatures) == 1 else temperatures
    view = Sample(pictures=16, seed=3)
    moving = pictures_at(view, flow, temperatures)
    assert torch.equal(moving, draw_samples(flow, 16, told, 3).images)
    kept = cached(drawn, flow, view.model_copy(update={"temperature": _as_field(told)}))
    assert kept.value.samples.images is moving


def test_of_a_grid_that_takes_long_the_first_pictures_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow, view = small_flow(), Sample(pictures=36, seed=3, temperature=0.5)
    whole = pictures_at(view, flow, [0.9])
    assert torch.equal(whole, draw_samples(flow, 36, 0.9, 3).images)
    monkeypatch.setattr(live_samples, "MOST", 36 * flow.dim - 1)
    moving, before = pictures_at(view, flow, [0.9]), draw_samples(flow, 36, 0.5, 3).images
    assert moving.shape == before.shape
    assert torch.equal(moving[:16], whole[:16])
    assert torch.equal(moving[16:], before[16:] // 3 + 96)
    ordered = view.model_copy(update={"order": "lowest first"})  # which the first 16 do not know
    assert torch.equal(
        pictures_at(ordered, flow, [0.9]),
        draw_samples(flow, 36, 0.9, 3, order="lowest first").images,
    )


def _as_field(temperature: float | list[float]) -> float | tuple[float, ...]:
    return tuple(temperature) if isinstance(temperature, list) else temperature


def test_what_visitors_share_is_made_once_and_the_oldest_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(for_pages, "SHARED", 2)
    made: list[str] = []
    started, go_on = threading.Event(), threading.Event()

    def make(name: str) -> str:
        made.append(name)
        started.set()
        go_on.wait(PATIENCE)
        return name

    def ask() -> None:
        assert for_pages.shared("test a", lambda: make("a")) == "a"

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert started.wait(PATIENCE)
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert made == ["a"]
    for name in "bc":
        for_pages.shared(f"test {name}", lambda name=name: make(name))
    ask()
    assert made == ["a", "b", "c", "a"]


def test_what_cannot_be_made_is_tried_again() -> None:
    def fail() -> None:
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011
            for_pages.shared("test fails", fail)
    assert for_pages.shared("test fails", lambda: 1) == 1


def test_lists_of_tensors_take_what_they_take() -> None:
    assert cache._size([torch.zeros(4), (torch.zeros(2), 7)]) == 24


def test_a_picture_is_packed_once_and_another_one_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[bytes] = []
    pack = image_encoding.to_webp
    monkeypatch.setattr(
        image_encoding, "to_webp", lambda pixels: packed.append(pack(pixels)) or packed[-1]
    )
    noise = np.random.default_rng(7).integers(0, 256, (2, 4, 6, 3), dtype=np.uint8)
    urls = [image_encoding.data_url(pixels) for pixels in (*noise, *noise)]
    assert urls[:2] == urls[2:]
    assert urls[0] != urls[1]
    assert len(packed) == 2
    image_encoding.data_url(noise[0].reshape(6, 4, 3))  # the same bytes, another picture
    assert len(packed) == 3
