"""The way through the app for a class, stop by stop."""

import streamlit as st

from explorer import ui
from explorer.pages import title_of
from explorer.ui.lesson import STOPS, walk_to

ui.page(
    "Lesson",
    f"{len(STOPS)} stops in about an hour. Each says what to do and what to ask, above the page it"
    " leads to; answers stay hidden until you want them.",
)

with st.container(horizontal=True):
    st.button(
        "Begin",
        icon=":material/school:",
        type="primary",
        on_click=walk_to,
        args=(1,),
        help="Page Down and Page Up then go on and back, as the keys of a presenter do.",
    )
for number, stop in enumerate(STOPS, start=1):
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number}. {stop.title}**  \n{stop.task}")
        st.button(
            "Go",
            key=f"lesson_to_{number}",
            on_click=walk_to,
            args=(number,),
            help=f"Opens the page {title_of(stop.page)} for this stop.",
        )
ui.last_call()
