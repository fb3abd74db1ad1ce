"""The models that all visitors share."""

import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Concatenate, NoReturn, ParamSpec, TypeVar, cast

import streamlit as st
import torch
from torch import Tensor

import realnvp
from realnvp import NonFiniteError, RealNVP
from realnvp.checkpoint import WEIGHTS, checkpoints_folder
from realnvp.engine import AnyEngine, Busy, Call, open_engine
from realnvp.explore.remember import remembered
from realnvp.explore.samples import draw_samples
from realnvp.inference import fold
from realnvp.recipes.labels import labels_of

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT = "faces32"
_patient: ContextVar[bool] = ContextVar("patient", default=False)  # whether something turns already
LOOK_UP = 0.05  # seconds after which someone who waits for the model looks up whether to go on


def checkpoint_names() -> list[str]:
    """Those on disk, the default first."""
    return sorted(realnvp.list_checkpoints(), key=lambda name: (name != DEFAULT, name))


@st.cache_resource(show_spinner=False)
def engine() -> AnyEngine:
    """The one of this server."""
    return open_engine()


def flow_of(name: str) -> RealNVP:
    """The model of a checkpoint; read again when its file has changed.

    Raises:
        CheckpointError: if it cannot be used; one line for people.
    """
    folder = checkpoints_folder()
    try:
        changed = (folder / name / WEIGHTS).stat().st_mtime_ns
    except OSError:
        changed = 0
    return _load(str(folder), name, changed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _load(folder: str, name: str, changed: int) -> RealNVP:
    """One frozen model a checkpoint: never change it. The arguments are the key."""
    flow = realnvp.load(name)
    if (channels := flow.config.channels) not in (1, 3):
        raise realnvp.CheckpointError(f"{name}: pictures of {channels} channels cannot be shown")
    flow = fold(flow.to(engine().device))
    engine().loaded_from(flow, Path(folder) / name)
    settle()
    return flow


def settle() -> None:
    """Tell the garbage collector that what is loaded now will stay.

    A full collection follows every run of a page, and with PyTorch in memory it takes over 100 ms;
    frozen, next to nothing.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def warm_up() -> None:
    """Load the default model and run it once at the sizes that pages use."""
    for name in checkpoint_names()[:1]:
        try:
            flow = flow_of(name)
            labels = default_labels(flow, 64)
            for _ in range(2):
                engine().call(draw_samples, flow, 64, 0.7, 0, labels, with_bits=True)
        except (realnvp.CheckpointError, NonFiniteError) as error:
            # The pages say so too; the other models can still be used.
            logging.getLogger(__name__).warning("%s: %s", name, error)


def default_labels(flow: RealNVP, n: int) -> Tensor | None:
    """Labels for n pictures of a conditional model where nobody has chosen: each class in turn."""
    return labels_of(flow.config, None, n)


def ask(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's answer from where models run; where there is none, one line and no more."""
    return _ask(engine(), function, *args, **kwargs)


def ask_here(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`ask`, of this process's engine: for what is changed by being called, and has to stay."""
    return _ask(engine().here, function, *args, **kwargs)


def ask_again(
    function: Callable[Concatenate[RealNVP, P], R], flow: RealNVP, *args: P.args, **kwargs: P.kwargs
) -> R:
    """`ask`, for what somebody may have asked before: see `remembered`."""
    answer = ask(remembered, function, flow, *args, **kwargs)
    st.session_state["milliseconds"] = answer.milliseconds
    return cast(R, answer.value)


def _ask(asked: AnyEngine, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        with patience(True):
            call = _wait(asked.submit(function, *args, **kwargs))
    except Busy as error:
        st.warning(str(error), icon=":material/hourglass_top:")
        st.stop()
    except torch.OutOfMemoryError:
        _leave_device()
    except NonFiniteError as error:
        st.error(f"The model left the numbers it can hold: {error}. A lower temperature may help.")
        st.stop()
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


def _leave_device() -> NoReturn:
    """Load the models anew on the CPU and start the page again; there, say that it was too much."""
    if engine().device.type == "cpu":
        st.error("This computer has not memory enough for that. Fewer or smaller pictures may do.")
        st.stop()
    engine().fall_back()
    _load.clear()
    st.toast("The GPU's memory is full; the CPU goes on.", icon=":material/memory:")
    st.rerun()


@contextmanager
def patience(long: bool, words: str = "Decoding") -> Iterator[None]:
    """Something that turns while a call takes its time, from half a second on, not to flicker.

    `ask` has it by itself, with these words; inside of another there is no second one.
    """
    if not long or _patient.get():
        yield
        return
    token = _patient.set(True)
    try:
        with st.spinner(words, show_time=True):
            yield
    finally:
        _patient.reset(token)
