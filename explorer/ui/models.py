"""The models that all visitors share."""

import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st
import torch
from torch import Tensor

import realnvp
from explorer.engine import AnyEngine, Busy, Call, open_engine
from explorer.ui import address
from explorer.ui.card import plain
from explorer.views.view import View, drawn
from realnvp import NonFiniteError, RealNVP
from realnvp.any_flow import FlowError
from realnvp.checkpoint import WEIGHTS, checkpoint_folder
from realnvp.explore.cache import Cached, cached
from realnvp.explore.samples import draw_samples
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.own_flows import Reference, make, own_flows
from realnvp.run_folders import run_models

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT = "faces32"
_spinning: ContextVar[bool] = ContextVar("spinning", default=False)  # whether one does already
LOOK_UP = 0.05  # seconds after which someone who waits for the model looks up whether to go on
FULL = "The GPU's memory is full; the CPU goes on."
_answered: set[tuple[str, str, int]] = set()  # models that have, as `_on_disk` names them
_log = logging.getLogger(__name__)


def checkpoint_names() -> list[str]:
    """Those on disk, the default first, and the flows of who started the app; runs last."""
    names, runs = {*realnvp.list_checkpoints(), *own_flows()}, run_models()
    return sorted(names, key=lambda name: (name != DEFAULT, name in runs, name))


@st.cache_resource(show_spinner=False)
def engine() -> AnyEngine:
    """The one of this server."""
    return open_engine()


def flow_of(name: str) -> RealNVP:
    """The model of a checkpoint; read again when its file has changed.

    Where the GPU has no room for it, the page starts again, on the CPU.

    Raises:
        CheckpointError: if it cannot be used; one line for people.
    """
    with within_memory():
        return _load(*_on_disk(name), str(engine().device))


def _on_disk(name: str) -> tuple[str, str, int]:
    """The same until its file is another."""
    if own := own_flows().get(name):
        return f"{own.place}:{own.function}", name, changed_at(own.file) if own.file else 0
    folder = checkpoint_folder(name)
    return str(folder), name, changed_at(folder / WEIGHTS)


def changed_at(file: Path) -> int:
    """The time of its last change, in ns; 0 if there is no such file."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=8, show_spinner=False)
def _load(folder: str, name: str, changed: int, device: str) -> RealNVP:
    """One frozen model a checkpoint: never change it. The arguments are the key."""
    if own := own_flows().get(name):
        return _made(own, device)
    flow = realnvp.load(name)
    if (channels := flow.config.channels) not in (1, 3):
        raise realnvp.CheckpointError(f"{name}: pictures of {channels} channels cannot be shown")
    flow = fold(flow.to(device))
    engine().loaded_from(flow, Path(folder))
    freeze_gc()
    return flow


def _made(own: Reference, device: str) -> RealNVP:
    """A flow that code makes."""
    if engine().here is not engine():
        # Replicas load checkpoints; whose code they would have to run nobody has told them.
        raise FlowError(f"{own.name}: a flow of your own runs in one process, not on a cluster")
    flow = fold(make(own).to(device))
    freeze_gc()
    return flow


def freeze_gc() -> None:
    """Tell the garbage collector that what is loaded now will stay.

    A full collection follows every run of a page, and with PyTorch in memory it takes over 100 ms;
    frozen, next to nothing.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def warm_up() -> None:
    """Load the default model, or the next that can be used, and run it at the sizes of the pages.

    Where the GPU has no room for it, that is done on the CPU.
    """
    try:
        for name in checkpoint_names():
            if _answers(name):
                return
    except Busy as error:  # and so it would be for the next
        _log.warning("%s", error)


def has_answered() -> bool:
    """Whether a model has, when it was warmed up, that is on disk as it was then."""
    return any(_on_disk(name) in _answered for name in checkpoint_names())


def _answers(name: str) -> bool:
    """Whether the model does; why not, the log says, as do the pages that ask for it."""
    key = _on_disk(name)
    try:
        flow = _load(*key, str(engine().device))
        labels = default_labels(flow, 64)
        for _ in range(2):
            engine().call(draw_samples, flow, 64, 0.7, 0, labels, with_bits=True)
    except (realnvp.CheckpointError, NonFiniteError, torch.OutOfMemoryError) as error:
        if isinstance(error, torch.OutOfMemoryError) and engine().device.type != "cpu":
            _log.warning(FULL)
            _go_to_cpu()
            return _answers(name)
        _log.warning("%s: %s", name, error)
        return False
    _answered.add(key)
    return True


def default_labels(flow: RealNVP, n: int) -> Tensor | None:
    """Labels for n pictures of a conditional model where nobody has chosen: each class in turn."""
    return labels_of(flow.config, None, n)


def run(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's answer from where models run; where there is none, one line and no more."""
    return _run(engine(), function, *args, **kwargs)


def run_locally(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`run`, of this process's engine: for what is changed by being called, and has to stay."""
    return _run(engine().here, function, *args, **kwargs)


def run_cached(
    function: Callable[Concatenate[RealNVP, P], R], flow: RealNVP, *args: P.args, **kwargs: P.kwargs
) -> R:
    """`run`, for what somebody may have asked before: see `cached`."""
    # No type checker follows parameters through two functions.
    answer: Cached[R] = run(cast(Any, cached), function, flow, *args, **kwargs)
    st.session_state["milliseconds"] = answer.milliseconds
    return answer.value


def draw_view(view: View, flow: RealNVP, *made: Any) -> Any:
    """What the view shows: `view.draw(flow, *made)`, or what it gave to whoever asked before."""
    if made:
        return run(drawn, flow, view, *made)
    return run_cached(drawn, flow, view)


def _run(asked: AnyEngine, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        with within_memory(), spinner(True):
            call = _wait(asked.submit(function, *args, **kwargs))
    except Busy as error:
        st.warning(str(error), icon=":material/hourglass_top:")
        address.stop()
    except FlowError as error:  # whatever somebody's code does
        st.error(f"{plain(str(error))}.")
        address.stop()
    except NonFiniteError as error:
        st.error(f"The model left the numbers it can hold: {error}. A lower temperature may help.")
        address.stop()
    st.session_state["milliseconds"] = call.milliseconds
    return call.value


def _wait(future: Future[Call[R]]) -> Call[R]:
    """The answer, unless its visitor has moved on: then it is taken back from the queue."""
    try:
        while True:
            done, _ = wait([future], LOOK_UP)
            if done:
                return future.result()
            # Streamlit ends a run that a newer one replaces wherever the state is read.
            st.session_state.get("milliseconds")
    finally:
        future.cancel()


@contextmanager
def within_memory() -> Iterator[None]:
    """If a GPU is too small for what is done in here, start the page again with models on the CPU.

    If it was done on the CPU, say that it was too much.
    """
    device = engine().device  # it may be left for somebody else meanwhile
    try:
        yield
    except torch.OutOfMemoryError:
        if device.type == "cpu":
            st.error(
                "This computer has not memory enough for that. Fewer or smaller pictures may do."
            )
            address.stop()
        _go_to_cpu()
        st.toast(FULL, icon=":material/memory:")
        st.rerun()


def _go_to_cpu() -> None:
    """For good; the copies of the models that lie on the device go."""
    engine().fall_back()
    _load.clear()


@contextmanager
def spinner(long: bool, words: str = "Decoding") -> Iterator[None]:
    """Something that turns while a call takes its time, from half a second on, not to flicker.

    `run` has it by itself, with these words; inside of another there is no second one. Its place is
    there from the start: what follows would jump if it came with the half second.
    """
    if not long or _spinning.get():
        yield
        return
    token = _spinning.set(True)
    try:
        with st.spinner(words, show_time=True):
            yield
    finally:
        _spinning.reset(token)
