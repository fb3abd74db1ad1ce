"""A search while it goes on: a slice of it at a time, so that nobody else has to wait for long.

A class that looks for the same has one search: whoever comes next takes the next slice, and over
what others have done.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import streamlit as st
from torch import Tensor

from explorer.ui.cache import cached, forget
from explorer.ui.models import LOOK_UP, run, spinner
from explorer.views.repair import MAX_STEPS, SEEDS, Repair, Repaired, repaired
from realnvp import RealNVP
from realnvp.explore.inverse_problems import EVERY, Problem, Search, State, advance, begin, look

P = ParamSpec("P")
R = TypeVar("R")

SLICE = 0.1  # seconds of the model's thread at a time, and at least one step
_SLOT, _ANSWER, _NOW = "repair_search", "repair_found", "repair_now"

KEPT = 12  # searches that visitors share; 2 MB each of 32 x 32 pixels

# One slice of all searches waits for the model at a time: whoever moves a pad meanwhile comes next.
# What visitors share changes in a turn alone.
_turn = threading.Lock()
_kept: OrderedDict[Hashable, "Taken"] = OrderedDict()


@dataclass(eq=False)
class Taken:
    """What visitors have taken of one search, all together.

    Args:
        problem: what is looked for.
        searches: by their steps: the start, those that are looked at, and the furthest.
        states: what was seen of these, by their steps.
        truth_bits: bits/dim of the picture itself.
    """

    problem: Problem
    searches: dict[int, Search]
    states: dict[int, State]
    truth_bits: float

    def before(self, step: int) -> Search:
        """The furthest one that is not beyond a step."""
        return self.searches[max(taken for taken in self.searches if taken <= step)]

    def keep(self, search: Search) -> None:
        """One that has come further, or is looked at; what was furthest only is forgotten."""
        furthest = max(self.searches)
        if search.step > furthest and not _is_seen(furthest):
            del self.searches[furthest]
        if search.step > furthest or _is_seen(search.step):
            self.searches[search.step] = search


@dataclass(eq=False)
class Going:
    """A visitor's search, as far as it is.

    Args:
        taken: what is known of it.
        search: the last step.
        states: what was seen on the way, the start first.
    """

    taken: Taken
    search: Search
    states: list[State]

    @property
    def problem(self) -> Problem:
        return self.taken.problem

    @property
    def truth_bits(self) -> float:
        return self.taken.truth_bits


Show = Callable[[Going], None]


def found(
    flow: RealNVP, checkpoint: str, view: Repair, image: Tensor, show: Show
) -> tuple[Repaired, Going]:
    """What the view shows of a picture, uint8 (1, C, H, W), and how the search went there.

    Args:
        show: what is seen so far, each time that something new is; the visitor may leave then.
    """
    stop, whole = view.stop, view.model_copy(update={"until": MAX_STEPS})
    asked = whole.model_dump_json(), image.numpy().tobytes()
    signature = (checkpoint, weakref.ref(flow), *asked)
    going: Going = cached(_SLOT, signature, lambda: _begun(flow, view, image, signature))
    if going.search.step > stop:
        forget(_SLOT)
        going = cached(_SLOT, signature, lambda: _begun(flow, view, image, signature))
    with st.container(horizontal=True, vertical_alignment="center"):
        place, bar = st.empty(), st.empty()
    if going.search.step < stop:
        _stop_button(place, going)
        show(going)
        with spinner(True, ""):
            for seen in _slices(flow, going, stop):
                step, steps = going.search.step, going.problem.steps
                bar.progress(step / steps, f"Step {step} of {steps}")
                if seen:
                    show(going)
    bar.empty()
    _go_on_button(place, going)
    answer: Repaired = cached(
        _ANSWER, (signature, stop), lambda: _run(repaired, flow, image, going.problem, going.search)
    )
    return answer, going


def _begun(flow: RealNVP, view: Repair, image: Tensor, signature: Hashable) -> Going:
    with _alone():
        taken = _kept.get(signature)
        if taken is None:
            problem = view.problem_of(flow, image)
            search = run(begin, flow, problem, view.seed, SEEDS)
            state = run(look, flow, problem, search)
            taken = Taken(problem, {0: search}, {0: state}, run(_bits, flow, problem, image))
            _kept[signature] = taken
        _kept.move_to_end(signature)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return Going(taken, taken.searches[0], [taken.states[0]])


def _bits(flow: RealNVP, problem: Problem, image: Tensor) -> float:
    return float(flow.bits_per_dim(image, problem.labels))


def _slices(flow: RealNVP, going: Going, stop: int) -> Iterator[bool]:
    """Slice after slice, and whether something new can be seen after each.

    What is done is kept even if the visitor leaves between two of them.
    """
    while going.search.step < stop:
        # Up to the next step that is looked at: the same ones, however long a slice is.
        until = min(stop, (going.search.step // EVERY + 1) * EVERY)
        with _alone():
            _further(flow, going, until)
        yield going.search.step == until


def _further(flow: RealNVP, going: Going, until: int) -> None:
    """What has been taken of the way to a step, or one slice more of it."""
    taken = going.taken
    if (known := taken.before(until)).step > going.search.step:
        going.search = known
    if going.search.step < until:
        going.search = run(advance, flow, going.problem, going.search, until, SLICE)
        taken.keep(going.search)
    if going.search.step == until:
        state = taken.states.get(until)
        if state is None:
            state = run(look, flow, going.problem, going.search)
            if _is_seen(until):
                taken.states[until] = state
        going.states.append(state)


def _is_seen(step: int) -> bool:
    """Whether every search is looked at there."""
    return step % EVERY == 0


def _run(function: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """`run`, one visitor's search at a time."""
    with _alone():
        return run(function, *given, **named)


@contextmanager
def _alone() -> Iterator[None]:
    while not _turn.acquire(timeout=LOOK_UP):
        st.session_state.get("milliseconds")  # a run that a newer one replaces ends here
    try:
        yield
    finally:
        _turn.release()


def _stop_button(place: st.delta_generator.DeltaGenerator, going: Going) -> None:
    def stop() -> None:
        st.session_state["until"] = max(1, going.search.step)

    place.button(
        "Stop",
        icon=":material/stop:",
        key="repair_stop",
        on_click=stop,
        help="Keeps what there is at this step.",
    )


def _go_on_button(place: st.delta_generator.DeltaGenerator, going: Going) -> None:
    def go_on() -> None:
        st.session_state["until"] = MAX_STEPS

    if going.search.step >= going.problem.steps:
        place.caption(f"All {going.problem.steps} steps are taken.")
        return
    place.button(
        "Go on",
        icon=":material/play_arrow:",
        key="repair_go_on",
        on_click=go_on,
        help=f"To step {going.problem.steps}, from where it is.",
    )
