"""What was asked before is not made again, and never mixed up with something else."""

import gc
from dataclasses import dataclass, field

import pytest
import torch
from flows import small_flow
from torch import Tensor

from explorer.ui.live_samples import pictures_at
from explorer.views.sample import Sample
from explorer.views.view import drawn
from realnvp import RealNVP
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


def _as_field(temperature: float | list[float]) -> float | tuple[float, ...]:
    return tuple(temperature) if isinstance(temperature, list) else temperature
