"""Whose a training is, in words, and what others are asked before they end it."""

import time

import streamlit as st

from explorer.jobs.jobs import Job
from explorer.jobs.owner import MAX_OWNER, Owner
from explorer.ui.card import plain
from explorer.ui.train.phases import duration, seconds_trained
from explorer.ui.visitor import visitor


def name_field() -> Owner:
    """This visitor, by the name that they give, if they do."""
    name = st.text_input(
        "Your name",
        key="training_owner",
        max_chars=MAX_OWNER,
        placeholder="a visitor",
        width=200,
        help="May stay empty. All who use this server see whose a training is; anybody else is"
        " asked before they stop or remove it.",
    )
    return Owner.of(visitor(), name or "")


def is_mine(job: Job) -> bool:
    """Whether this visitor's browser started it."""
    return job.owner.is_of(visitor())


def whose(job: Job) -> str:
    """ "Started by Ada on 30 November at 14:05", as Markdown."""
    you = " (you)" if is_mine(job) else ""
    return f"Started by {plain(job.owner.words)}{you} on {_moment(job.started)}"


def named(job: Job) -> str:
    """ "shapes of Ada", as Markdown; of a visitor without a name, when it was started."""
    title = plain(job.settings.title)
    if job.owner.name:
        return f"{title} of {plain(job.owner.name)}"
    return f"{title} of {time.strftime('%H:%M', job.started)}"


def title_of(job: Job) -> str:
    """In a list of trainings."""
    name = f", {job.owner.name}" if job.owner.name else ""
    return f"{job.settings.title}{name}, {job.id}{', waiting' if job.is_waiting else ''}"


def question(job: Job, act: str) -> str:
    """What anybody else is asked, as Markdown.

    Args:
        act: "Stop", "Take out" or "Remove".
    """
    owner = f"**{plain(job.owner.words)}'s** training"
    if not job.owner.name:
        owner += f", started on {_moment(job.started)}"
    trained = seconds_trained(job.progress())
    if act == "Take out":
        return f"This is {owner}. Take it out of the queue?"
    if act == "Remove":
        return f"This is {owner}. Remove it, with its pictures and {duration(trained)} of training?"
    return f"This is {owner}, {duration(trained)} in. Stop it?"


def _moment(when: time.struct_time) -> str:
    return f"{when.tm_mday} {time.strftime('%B at %H:%M', when)}"
