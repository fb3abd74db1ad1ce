"""What the page Train says of what was done last; it stays until the next thing is done."""

from typing import Literal

import streamlit as st

Kind = Literal["success", "info", "warning"]
_SAID = "training_said"
_ASKED = "training_asked"  # what is to be done, and the id of the job


def say(kind: Kind, text: str) -> None:
    """Say it in place of all that was said before.

    Args:
        text: Markdown.
    """
    st.session_state[_SAID] = kind, text


def forget() -> None:
    """Something new is being done."""
    st.session_state.pop(_SAID, None)
    st.session_state.pop(_ASKED, None)


def ask(act: str, job: str) -> None:
    """Have this visitor asked whether to do that with a job of somebody else's."""
    st.session_state[_ASKED] = act, job


def asked(job: str) -> str | None:
    """What they are asked of this job, if they are."""
    act, of = st.session_state.get(_ASKED, (None, ""))
    return act if of == job else None


def show_said() -> None:
    """What was said last, if anything: the page looks again by itself, and says it each time."""
    if said := st.session_state.get(_SAID):
        kind, text = said
        {"success": st.success, "info": st.info, "warning": st.warning}[kind](text)
