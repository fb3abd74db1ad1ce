"""A training, as it goes on."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st

from explorer.figures import training_curves
from explorer.jobs.jobs import Job, JobError, remove, resume, stop
from explorer.jobs.publishing import first_name, publish
from explorer.ui.card import plain, rounded_up
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.train.messages import forget, say
from explorer.ui.train.phases import phase_in_words
from realnvp.evaluation import MAX_LOGIT_ERROR
from realnvp.images import ImageError, open_image
from realnvp.numerals import numeral
from realnvp.places import COMMAND

ROOM = 700
UNWRITABLE = "The folder of trainings cannot be written here."


def show_job(job: Job, root: Path) -> None:
    """Where it is, its curves, its samples over time, and what can be done with it."""
    lines, phase, running = job.progress(), job.phase, job.is_running
    last = lines[-1] if lines else {}
    share = min(1.0, float(last.get("share", 0.0)))
    done = not running and share >= 0.999
    state = "running" if running else "finished" if done else "stopped"
    height, width = job.settings.model.image_size
    words = f"{plain(job.settings.title)}, {height} × {width}: {state}"
    if last:
        words += (
            f", step {last['step']:,.0f}, {numeral(last['train_bits_per_dim'])} bits/dim,"
            f" {last['images_per_second']:.0f} pictures/s"
        )
    elif running:
        words += ", starting"
    st.progress(share, words)
    if running:
        st.markdown(phase_in_words(phase, job.settings, lines))
    if complaint := job.complaint():
        st.error(plain(complaint))
    if notes := job.settings.notes.splitlines():
        with st.expander(plain(notes[0]), icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(line)}" for line in notes))
    _actions(job, root, running=running, done=done)
    reports = job.reports()
    if lines:
        st.plotly_chart(
            training_curves(lines, reports),
            alt=f"Curves of bits/dim over minutes of training: {_told(lines, reports)}",
            key="training_curves",
        )
        st.caption(
            "Bits/dim under dequantization noise, as test sets are measured. Thin: batches of"
            " training, as they come. Dots: the averaged weights on pictures held out. If the dots"
            " turn upwards while the line falls, the model has begun to memorise."
        )
        if "round_trip_logits" in (reports[-1] if reports else {}):
            penalty = job.settings.train.inverse_penalty > 0
            st.caption(_round_trip(reports[-1]["round_trip_logits"], penalty))
    _samples(job)
    with st.expander("The same from a shell"):
        arguments = " ".join(job.settings.words("DATA", "NAME", "FOLDER"))
        st.code(f"{COMMAND} {arguments}", "bash", wrap_lines=True)


def _actions(job: Job, root: Path, *, running: bool, done: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if running:
            st.button(
                "Stop",
                icon=":material/stop:",
                on_click=_do,
                args=(_stop, job),
                help="It saves its state first, and can go on from there.",
            )
        elif not done:
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                on_click=_do,
                args=(_resume, job, root),
                help="From the last step that was saved.",
            )
        name = st.text_input(
            "Name",
            first_name(job),
            max_chars=31,
            key=f"published_name_{job.id}",
            width=160,
            help="Small letters, digits and hyphens.",
        )
        st.button(
            "Use as a model",
            icon=":material/deployed_code:",
            on_click=_do,
            args=(_use, job, name),
            disabled=not job.reports(),
            help="Puts its best weights so far among the checkpoints, for every page.",
        )
        if not running:
            st.button(
                "Remove",
                icon=":material/delete:",
                on_click=_do,
                args=(_remove, job),
                help="Deletes this training and its pictures; a model made of it stays.",
            )


def _told(lines: list[dict[str, float]], reports: list[dict[str, float]]) -> str:
    """Where each curve begins and ends; the second one comes with the first report."""
    curves = (
        ("training batches", [line["train_bits_per_dim"] for line in lines]),
        ("held out", [report["validation_bits_per_dim"] for report in reports]),
    )
    return ", ".join(f"{name} from {numeral(v[0])} to {numeral(v[-1])}" for name, v in curves if v)


def _round_trip(error: float, inverse_penalty: bool) -> str:
    """How pictures unlike its own come back."""
    words = "Round trip of noise and flat pictures, which are unlike any of its set: "
    if not math.isfinite(error):
        return (
            words
            + "**bytes are lost**."
            + ("" if inverse_penalty else " An inverse penalty keeps them.")
        )
    return words + (
        f"{rounded_up(error)} in logits at most, and no byte of black and white noise is lost."
        f" {rounded_up(MAX_LOGIT_ERROR)} is what the models that come with this app stay below."
    )


def _samples(job: Job) -> None:
    """One sheet a report, always of the same latents: the time machine."""
    sheets = job.sheets()
    if not sheets:
        st.caption("Samples come with each measurement, sixteen at most over the whole time.")
        return
    steps = list(sheets)
    step = steps[-1]
    if len(steps) > 1:
        step = st.select_slider(
            "Samples after step",
            steps,
            value=step,
            key=f"time_{job.id}_{len(steps)}",
            help="The same noise at temperature 0.7, through the model as it was then. What does it"
            " learn first: colours, places or edges?",
        )
    pixels = _read(sheets.get(step, sheets[steps[-1]]))
    if pixels is not None:
        text = f"64 samples of fixed noise after {step:,} steps"
        show_figures([Figure(pixels, text, text, ROOM)], key="training_samples")


def _read(path: Path) -> np.ndarray | None:
    try:
        return open_image(path.read_bytes()).pixels
    except (OSError, ImageError):
        return None  # being written


def _do(action: Callable[..., None], *given: object) -> None:
    """What a button does; what comes of it is said until the next one is pressed."""
    forget()
    try:
        action(*given)
    except JobError as error:
        say("warning", str(error))
    except OSError:
        say("warning", UNWRITABLE)
    # All of the page: the checkpoints, and whether it looks again by itself, are outside of what
    # runs here.
    st.rerun()


def _stop(job: Job) -> None:
    stop(job)
    say("info", "It will stop. Its state is saved, and it can be resumed from there.")


def _resume(job: Job, root: Path) -> None:
    resume(job, root)
    say("success", "It goes on from the last step that was saved.")


def _remove(job: Job) -> None:
    remove(job)
    say("success", f"{plain(job.settings.title)}, {job.id} is removed.")


def _use(job: Job, name: str) -> None:
    made = publish(job, name)
    st.session_state["checkpoint"] = made
    say("success", f"{plain(made)} is in use on every page now.")
