"""The queue, in words: what runs, what waits, and for what."""

from collections.abc import Sequence

import streamlit as st

from explorer.jobs.jobs import Job
from explorer.ui.train.owners import named
from explorer.ui.train.phases import duration, seconds_left


def show_queue(running: Sequence[Job], waits: Sequence[Job]) -> None:
    """A line on all of it, where anything waits."""
    if not waits:
        return
    parts = [f"**now** {named(job)}, {_left(job)} left" for job in running]
    parts += [f"**{n}.** {named(job)}, {_left(job)}" for n, job in enumerate(waits, start=1)]
    st.caption("In the queue: " + " · ".join(parts))


def place_in_words(job: Job, running: Sequence[Job], waits: Sequence[Job]) -> str:
    """What a job waits for, a line of Markdown; "" if it does not wait.

    The time is of training alone: what is around it, and measuring, takes longer.
    """
    ids = [other.id for other in waits]
    if job.id not in ids:
        return ""
    place = ids.index(job.id)
    before = [*running, *waits[:place]]
    total = sum(_seconds_left(other) for other in before)
    after = " and ".join(named(other) for other in before[:2])
    if len(before) > 2:
        after = f"{named(before[0])} and {len(before) - 1} others"
    words = f"**Waiting**, place {place + 1} of {len(ids)} in the queue."
    if not before:
        return f"{words} It begins in a moment."
    return f"{words} It begins by itself after {after}: {duration(total)} of training before it."


def _seconds_left(job: Job) -> float:
    return seconds_left(job.settings, job.progress())


def _left(job: Job) -> str:
    return duration(_seconds_left(job))
