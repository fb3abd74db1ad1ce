"""What stands above every page while a class walks through the app."""

import streamlit as st

from explorer.ui import address
from explorer.ui.address import LESSON as KEY  # of the link, and of the state: which stop, from 1
from explorer.ui.lesson.stops import STOPS


def lesson_bar() -> None:
    """Where the class is, what to do and to ask; nothing outside of a lesson."""
    number = _number()
    if number is None:
        st.session_state.pop(KEY, None)
        return
    stop = STOPS[number - 1]
    st.session_state[KEY] = number
    st.query_params[KEY] = str(number)
    with st.container(border=True, key="lesson_bar"):
        st.caption(f"Lesson · stop {number} of {len(STOPS)}")
        st.header(stop.title, anchor=False)
        st.subheader(stop.task, anchor=False)
        st.subheader(stop.question, anchor=False)
        with st.expander("Answer", key=f"lesson_answer_{number}"):
            st.subheader(stop.answer, anchor=False)
        with st.container(horizontal=True):
            st.button(
                "Back",
                icon=":material/arrow_back:",
                key="lesson_back",
                on_click=walk_to,
                args=(number - 1,),
                disabled=number == 1,
                shortcut="PageUp",
                help="The stop before; Page Up does the same.",
            )
            st.button(
                "Next",
                icon=":material/arrow_forward:",
                key="lesson_next",
                type="primary",
                on_click=walk_to,
                args=(number + 1,),
                disabled=number == len(STOPS),
                shortcut="PageDown",
                help="The next stop; Page Down does the same, as the keys of a presenter do.",
            )
            st.button(
                "Leave the lesson",
                key="lesson_leave",
                on_click=leave,
                help="The page stays as it is.",
            )


def walk_to(number: int) -> None:
    """Go to a stop, from 1, with what it wants on its page; to be called by a button."""
    number = min(max(number, 1), len(STOPS))
    stop = STOPS[number - 1]
    address.go(stop.page, {**stop.view, KEY: number})


def leave() -> None:
    """End the lesson; to be called by a button."""
    st.session_state.pop(KEY, None)
    st.query_params.pop(KEY, None)


def _number() -> int | None:
    """The stop of this visitor, or of the link; None outside of a lesson."""
    number = None if address.is_restored() else st.session_state.get(KEY)
    if number is None:
        text = st.query_params.get(KEY, "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return number if 1 <= number <= len(STOPS) else None
