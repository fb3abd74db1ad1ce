"""A training, as it goes on."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from explorer.figures import training_curves
from explorer.jobs.jobs import Job, JobError, remove, resume, stop
from explorer.jobs.publishing import first_name
from explorer.ui.card import plain, rounded_up
from explorer.ui.classroom.shared_acts import as_this_visitor, locked
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.train.making import is_to_tell, made, make, share_of
from explorer.ui.train.messages import ask, asked, forget, say
from explorer.ui.train.owners import is_mine, question, whose
from explorer.ui.train.phases import phase_in_words
from explorer.ui.train.queue import place_in_words
from realnvp.evaluation import MAX_LOGIT_ERROR
from realnvp.images import ImageError, open_image
from realnvp.numerals import numeral
from realnvp.places import COMMAND

ROOM = 700
UNWRITABLE = "The folder of trainings cannot be written here."


def show_job(job: Job, root: Path, running: Sequence[Job], waits: Sequence[Job]) -> None:
    """Where it is, its curves, its samples over time, and what can be done with it.

    Args:
        running, waits: all that do, the next one first.
    """
    lines, phase, place = job.progress(), job.phase, place_in_words(job, running, waits)
    last = lines[-1] if lines else {}
    share = min(1.0, float(last.get("share", 0.0)))
    is_running = any(other.id == job.id for other in running)
    state = "running" if is_running else "waiting" if place else "stopped"
    if state == "stopped" and share >= 0.999:
        state = "finished"
    height, width = job.settings.model.image_size
    words = f"{plain(job.settings.title)}, {height} × {width}: {state}"
    if last:
        words += (
            f", step {last['step']:,.0f}, {numeral(last['train_bits_per_dim'])} bits/dim,"
            f" {last['images_per_second']:.0f} pictures/s"
        )
    elif is_running:
        words += ", starting"
    st.progress(share, words)
    if is_running:
        st.markdown(phase_in_words(phase, job.settings, lines))
    if place:
        st.markdown(place)
    st.caption(f"{whose(job)}.")
    if complaint := job.complaint():
        st.error(plain(complaint))
    if notes := job.settings.notes.splitlines():
        with st.expander(plain(notes[0]), icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(line)}" for line in notes))
    _actions(job, root, state)
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


def _actions(job: Job, root: Path, state: str) -> None:
    why, making = locked(), share_of(job)

    def button(
        label: str,
        icon: str,
        help: str,
        on_click: Callable[..., None] = _end,
        *args: object,
        disabled: bool = False,
    ) -> None:
        """One that a teacher may have locked; by default it ends something."""
        st.button(
            label,
            icon=f":material/{icon}:",
            on_click=on_click,
            args=args or (label, job),
            disabled=disabled or why is not None,
            help=why or help,
        )

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if state == "running":
            button("Stop", "stop", "It saves its state first, and can go on from there.")
        elif state == "waiting":
            button(
                "Take out", "playlist_remove", "Of the queue. It stays here, and can be resumed."
            )
        elif state == "stopped":
            button(
                "Resume",
                "play_arrow",
                "From the last step that was saved; it waits for its turn where another training"
                " runs.",
                _do,
                _resume,
                job,
                root,
            )
        name = st.text_input(
            "Name",
            first_name(job),
            max_chars=31,
            key=f"published_name_{job.id}",
            width=160,
            help="Small letters, digits and hyphens.",
        )
        button(
            "Use as a model",
            "deployed_code",
            "Puts its best weights so far among the checkpoints, for every page, measured and with"
            " examples and directions as the bundled ones have.",
            _do,
            _use,
            job,
            name,
            disabled=not job.reports() or making is not None,
        )
        if state != "running":
            button(
                "Remove",
                "delete",
                "Deletes this training and its pictures; a model made of it stays.",
            )
    if making is not None:
        st.progress(making, "Making a model of it: its figures, examples and directions")
    _question(job, state)


def _end(act: str, job: Job) -> None:
    """Do it for whom it belongs to; ask anybody else first."""
    if is_mine(job):
        _do(_ENDS[act][0], job)
    else:
        forget()
        ask(act, job.id)


def _question(job: Job, state: str) -> None:
    """What this visitor was asked, if it is of this job, and can still be done."""
    act = asked(job.id)
    if act is None:
        return
    end, only, label = _ENDS[act]
    if only and only != state:
        return
    with st.container(key="training_question", border=True):
        st.markdown(question(job, act))
        with st.container(horizontal=True):
            st.button(
                label,
                type="primary",
                key="question_yes",
                disabled=locked() is not None,
                on_click=_do,
                args=(end, job),
            )
            st.button("Leave it", key="question_no", on_click=forget)


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
    with as_this_visitor():
        _told_of(action, *given)
    # All of the page: the checkpoints, and whether it looks again by itself, are outside of what
    # runs here.
    st.rerun()


def _told_of(action: Callable[..., None], *given: object) -> None:
    try:
        action(*given)
    except JobError as error:
        say("warning", str(error))
    except OSError:
        say("warning", UNWRITABLE)


def _stop(job: Job) -> None:
    stop(job)
    say("info", "It will stop. Its state is saved, and it can be resumed from there.")


def _take_out(job: Job) -> None:
    stop(job)
    say("info", "It is out of the queue. It stays here, and can be resumed.")


def _resume(job: Job, root: Path) -> None:
    resume(job, root)
    if job.is_waiting:
        say("success", "It waits for its turn, and goes on from the last step that was saved.")
    else:
        say("success", "It goes on from the last step that was saved.")


def _remove(job: Job) -> None:
    remove(job)
    say("success", f"{plain(job.settings.title)}, {job.id} is removed.")


def _use(job: Job, name: str) -> None:
    if model := make(job, name):
        _in_use(model)


def _in_use(model: str) -> None:
    st.session_state["checkpoint"] = model
    say("success", f"{plain(model)} is in use on every page now.")


def tell_made() -> None:
    """Before a page begins: use the model that this visitor has waited for, or say what failed."""
    if is_to_tell():
        _told_of(lambda: _in_use(made() or ""))


_ENDS = {  # what a button does, in which state alone, and how it is said in answer to a question
    "Stop": (_stop, "running", "Stop it"),
    "Take out": (_take_out, "waiting", "Take it out"),
    "Remove": (_remove, "", "Remove it"),
}
