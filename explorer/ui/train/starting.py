"""Start a training: asked for by a press, done by the page."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer.jobs.jobs import Job, JobError, start
from explorer.jobs.owner import Owner
from explorer.ui.card import plain
from explorer.ui.classroom.shared_acts import as_this_visitor, locked
from explorer.ui.train.data import Picked, prepared
from explorer.ui.train.messages import Kind, forget, say
from explorer.ui.train.phases import duration
from explorer.ui.train.settings import Settings, job_settings
from explorer.ui.train.watch import UNWRITABLE
from realnvp.data import DataError

_WISH = "training_wish"


@dataclass
class _Wish:
    """What a visitor asked for, and what came of it, until the page has told them.

    A run of the page that another request of the browser overtakes (a file that arrives) is given
    up, and a press would be with it; so this is changed in its place, which is no moment for that.

    Args:
        is_open: whether it is still to be done.
        job: that was started.
        said: what came of it, as `say` takes it.
    """

    is_open: bool = False
    job: Job | None = None
    said: tuple[Kind, str] | None = None

    def ask(self) -> None:
        self.is_open = True

    def end(self, kind: Kind, text: str) -> None:
        self.said = kind, text
        self.is_open = False


def start_button(root: Path, picked: Picked, settings: Settings, owner: Owner) -> None:
    """The button, and what it does once the file that is on its way is here.

    Args:
        root: where trainings are.
        owner: whose it is to be.
    """
    wish: _Wish = st.session_state.setdefault(_WISH, _Wish())
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        disabled=locked() is not None,
        help=locked()
        or "A copy of the pictures and a process of its own; below, watch bits/dim fall. Where"
        " another training runs, this one waits until it ends.",
        on_click=wish.ask,
    )
    if wish.is_open and not picked.is_on_its_way:
        forget()
        _start(wish, root, picked, settings, owner)
    if wish.said is not None:
        if wish.job is not None:
            st.session_state["training"] = wish.job.id  # to look at, whatever was chosen before
        say(*wish.said)
        wish.job = wish.said = None
        st.rerun()


def _start(wish: _Wish, root: Path, picked: Picked, settings: Settings, owner: Owner) -> None:
    try:
        if why := locked():
            raise JobError(why)
        with st.spinner("Preparing the pictures"):
            chosen = prepared(picked.name, picked.side, picked.sent)
        try:
            with as_this_visitor():
                wish.job = start(root, job_settings(chosen, settings), chosen.path, owner)
        finally:
            chosen.path.unlink(missing_ok=True)  # a job that started has moved it away
        what = "waits for its turn" if wish.job.is_waiting else "started"
        words = f"{plain(chosen.title)} {what}, for {duration(60 * settings.minutes)}."
        wish.end("success", words)
    except DataError as error:
        wish.end("warning", plain(str(error)))
    except JobError as error:
        wish.end("warning", str(error))
    except OSError:
        wish.end("warning", UNWRITABLE)
    except Exception:
        wish.is_open = False  # or the page would fail anew each time that it is shown
        raise
