"""The way through the app for a class, stop by stop."""

from functools import partial

import streamlit as st

from explorer import ui
from explorer.ui.classroom.teacher import show_teacher_panel
from explorer.ui.downloads import file_button
from explorer.ui.lesson import (
    VERSIONS,
    handout,
    in_version,
    language,
    language_control,
    mark_language,
    show_aims,
    show_plan,
    text_of,
    time_of,
    walk_to,
)

chosen = language()
texts = text_of(chosen)
words = texts.page
_, flow = ui.page("Lesson", words.sentence)
show_teacher_panel(texts.together)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    version = st.segmented_control(
        words.minutes,
        VERSIONS,
        default=60,
        required=True,
        key="length",
        bind="query-params",
        help=words.minutes_help,
    )
    language_control(words.language, words.language_help)
    numbers = in_version(version)
    st.button(
        words.begin,
        icon=":material/school:",
        type="primary",
        on_click=walk_to,
        args=(numbers[0], version),
        help=words.begin_help,
    )
    file_button(
        words.handout,
        partial(handout, flow, numbers, chosen),
        "handout.html",
        "text/html",
        words.handout_help,
    )
st.markdown(words.length.format(stops=len(numbers), minutes=time_of(numbers)))
with st.container(key="lesson_said"):
    show_aims(words)
    show_plan(texts, numbers, version)
mark_language(chosen, "lesson_said", "class_desk")
ui.last_call()
