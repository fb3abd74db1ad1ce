"""Models that trainings become, made on a thread beside the pages, one at a time."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field

import streamlit as st

from explorer.jobs.jobs import Job, JobError
from explorer.jobs.publishing import publish
from realnvp.threads import use_threads

SOON = 1.5  # seconds after which a visitor sees how far it is, and need not wait
_MINE = "training_making"  # id of the job that this visitor makes a model of


@dataclass
class Making:
    """A model that is being made.

    Args:
        done: its name or, as an error, why there is none.
        share: that is done.
    """

    done: Future[str]
    share: list[float] = field(default_factory=lambda: [0.0])


_makers = ThreadPoolExecutor(1, "maker", use_threads, (1,))  # as a page's
_makings: dict[str, Making] = {}  # by the id of the job


def make(job: Job, name: str) -> str | None:
    """The name of the model that the best weights so far became; None if that takes longer.

    Raises:
        JobError, OSError: as `publish`.
    """
    if share_of(job) is not None:
        raise JobError("A model is being made of this training already.")
    share = [0.0]
    # In this visitor's context: what a teacher has locked is refused there too.
    done = _makers.submit(copy_context().run, publish, job, name, share.append)
    _makings[job.id] = Making(done, share)
    st.session_state[_MINE] = job.id
    wait([done], SOON)
    return made()


def share_of(job: Job) -> float | None:
    """How much of its model is made; None if none is being made."""
    making = _makings.get(job.id)
    return None if making is None or making.done.done() else making.share[-1]


def is_making() -> bool:
    """Whether any is, or is made and not yet told to this visitor."""
    return is_to_tell() or any(not making.done.done() for making in _makings.values())


def is_to_tell() -> bool:
    """Whether what this visitor has waited for is made, or has failed."""
    making = _makings.get(st.session_state.get(_MINE, ""))
    return making is not None and making.done.done()


def made() -> str | None:
    """The model that this visitor has waited for, once; None if there is none to tell of.

    Raises:
        JobError, OSError: as `publish`.
    """
    return _makings.pop(st.session_state.pop(_MINE)).done.result() if is_to_tell() else None
