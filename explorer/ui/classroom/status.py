"""What one who has joined sees of the class, in the bar's line."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from explorer.classroom import classroom
from explorer.ui.classroom.follow import follows
from explorer.ui.classroom.role import member

if TYPE_CHECKING:  # the lesson shows the class, not the other way round
    from explorer.ui.lesson.texts import ClassTexts


def show_line(on_leave: Callable[[], None], words: "ClassTexts", *, in_words: bool = True) -> None:
    """A button, and what it ends in words."""
    with st.container(
        key="class_line", horizontal=True, vertical_alignment="center", gap="small", width="content"
    ):
        if follows():
            if in_words:
                st.markdown(words.follows)
            st.button(
                words.leave,
                icon=":material/link_off:",
                key="class_leave",
                on_click=on_leave,
                help=words.leave_help,
            )
        else:
            st.button(
                words.back,
                icon=":material/group:",
                key="class_back",
                on_click=_come_back,
                help=words.back_help,
            )


def _come_back() -> None:
    classroom().set_follows(member(), True)
    st.rerun()  # all of the page, to be led on
