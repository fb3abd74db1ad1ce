"""To go where the teacher goes."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from explorer.classroom import classroom
from explorer.ui import address, own_page
from explorer.ui.address import LESSON
from explorer.ui.classroom.role import leads, member
from explorer.ui.server.turns import LISTENER
from explorer.ui.web import element

if TYPE_CHECKING:  # the lesson shows the class, not the other way round
    from explorer.ui.lesson.texts import ClassTexts

MINUTES = "lesson_version"  # of the version of the lesson that is walked through
_CAME = "class_came"  # where this session last came along to
_NEWS = "class_news"  # what the class was like when this run of the page began
_PART = "class_part"  # key of the element that hears that a part of the page has changed
_listener = element("classroom")


def follow(page: str) -> None:
    """Before a page is chosen: where the teacher has gone on, choose that one instead.

    Who has moved on alone stays there until then; so do Back, and what is moved on the page.

    Args:
        page: that the visitor's address leads to.
    """
    # First of all: what changes while the page is drawn is news again.
    st.session_state[_NEWS] = classroom().news(member(), leads=leads()).page
    if not follows():
        st.session_state.pop(_CAME, None)
        return
    place = classroom().place
    if place is None:
        return
    to = classroom().id, place.version, place.is_hidden
    came = st.session_state.get(_CAME)
    if came == to:
        return
    is_there = came is None and page == place.page and at_stop() == place.query.get(LESSON)
    if not is_there:  # it was not led there, or loaded anew there
        if at_stop() is None:
            own_page.remember(page)
        address.aim(place.page, dict(place.query))
    st.session_state[MINUTES] = place.minutes
    st.session_state[_CAME] = to  # at last: each of these lines may be where the run is ended


def straight(asked: RerunData) -> RerunData:
    """What a browser asks that has heard the news, or in its place what leads to the new page.

    Else the old page would be begun, only to be left.
    """
    page = address.here()
    if page is not None and _CAME in st.session_state:
        follow(page)
    return address.as_going(asked)


def follows() -> bool:
    """Whether this browser goes where the teacher goes."""
    return classroom().follows(member())


def at_stop() -> str | None:
    """The number of the stop that this visitor is at; None outside of a lesson."""
    number = st.session_state.get(LESSON) or st.query_params.get(LESSON)
    return None if number is None else str(number)


def listen(words: "ClassTexts") -> None:
    """On every page: have the browser say when the class has gone on."""
    news = st.session_state.get(_NEWS, "none")
    if news != "none":
        # Of the browser's part, which sees what no session lives through.
        said = {"lost": words.lost, "anew": words.anew, "gone": words.gone}
        data = {"kind": "page", "news": news, "words": said}
        with st.container(key="class_listener", height=1, border=False):
            _listener(key=LISTENER, data=data, on_news_change=_heard)


def hear_part() -> None:
    """In a part of a page that runs by itself: have it drawn anew when something of it changes.

    There is one such part on a page.
    """
    news = classroom().news(member(), leads=leads()).part
    with st.container(key="class_part_listener", height=1, border=False):
        _listener(key=_PART, data={"kind": "part", "news": news}, on_news_change=_heard)


def _heard() -> None:
    """The page is run anew, which is all that is wanted."""
