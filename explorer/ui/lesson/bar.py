"""What stands above every page while a class walks through the app: one line, that stays."""

from typing import Any

import streamlit as st

from explorer.classroom import Ballot, classroom
from explorer.ui import address, own_page
from explorer.ui.address import LANGUAGE
from explorer.ui.address import LESSON as KEY  # of the link, and of the state: which stop, from 1
from explorer.ui.classroom.follow import MINUTES, follows, listen
from explorer.ui.classroom.role import leads, member
from explorer.ui.classroom.status import show_line
from explorer.ui.lesson.ballot import show_vote, stands
from explorer.ui.lesson.language import language, mark_language, spoken_language
from explorer.ui.lesson.stops import STOPS, VERSIONS, in_version
from explorer.ui.lesson.texts import BarTexts, text_of
from explorer.ui.lesson.votes import vote_of
from explorer.ui.models import checkpoint_names
from explorer.ui.web import element
from explorer.views.settings import query_of

_LED = "lesson_led"  # the stop that this teacher has led the class to last
_LINE: dict[str, Any] = {"horizontal": True, "vertical_alignment": "center", "gap": "small"}
_keys = element("lesson")


def lesson_bar() -> None:
    """Where the class is, what to do and to ask; nothing outside of a lesson and of a class."""
    spoken = spoken_language()
    together = text_of(spoken).together
    listen(together)
    number = _number()
    if number is None:
        st.session_state.pop(KEY, None)
        if member():
            with st.container(key="lesson_bar", **_LINE):
                st.markdown(together.waits if follows() else together.has_left)
                show_line(leave, together, in_words=False)
            with st.container(key="lesson_keys", height=1, border=False):
                mark_language(spoken, "lesson_bar")
        return
    if leads() and not _is_led_to(number):
        _lead(number)
    stop = STOPS[number - 1]
    texts = text_of(language())
    words, said = texts.bar, texts.stops[stop.key]
    st.session_state[KEY] = number
    st.query_params[KEY] = str(number)
    walk = _walk(number)
    place = walk.index(number)
    with st.container(key="lesson_bar", **_LINE):
        where = words.place.format(place=place + 1, total=len(walk))
        st.markdown(f"**{where}** · {said.question}")
        with st.popover(words.task, icon=":material/list:", key=f"lesson_task_{number}"):
            st.header(said.title, anchor=False)
            st.subheader(said.task, anchor=False)
            st.subheader(said.question, anchor=False)
            st.button(
                words.leave,
                key="lesson_leave",
                on_click=leave,
                help=words.leave_help,
            )
        voting = stands(number) if follows() else None
        with st.popover(
            words.answer,
            icon=":material/lightbulb:",
            key=f"lesson_answer_{number}",
            disabled=voting is not None and not voting.is_revealed,
            help=together.after_vote if voting is not None else None,
        ):
            st.subheader(said.answer, anchor=False)
        if member():
            show_line(leave, together)
        if not follows():
            _show_ways(words, walk, place)
    with st.container(key="lesson_keys", height=1, border=False):
        _keys(key="lesson_presenter", data={})
        mark_language(spoken, "lesson_bar")
    show_vote(stop, number)


def _show_ways(words: BarTexts, walk: list[int], place: int) -> None:
    """On and back."""
    st.button(
        words.back,
        icon=":material/arrow_back:",
        key="lesson_back",
        on_click=walk_to,
        args=(walk[max(place - 1, 0)],),
        disabled=place == 0,
        help=words.back_help,
    )
    st.button(
        words.next,
        icon=":material/arrow_forward:",
        key="lesson_next",
        type="primary",
        on_click=walk_to,
        args=(walk[min(place + 1, len(walk) - 1)],),
        disabled=place == len(walk) - 1,
        help=words.next_help,
    )


def walk_to(number: int, minutes: int | None = None) -> None:
    """Go to a stop, from 1, with what it wants on its page; to be called by a button.

    Args:
        minutes: which of `VERSIONS` is walked through from now on; None for the one before.
    """
    if minutes is not None:
        st.session_state[MINUTES] = minutes
    if KEY not in st.session_state:
        own_page.remember(address.here())
    if leads():
        _lead(number)
    address.go(STOPS[_in_range(number) - 1].page, _view_of(number))


def leave() -> None:
    """End the lesson, and go back to where the visitor was before it; to be called by a button.

    The teacher ends it for the class, a browser of the class for itself.
    """
    for key in (MINUTES, KEY, _LED):
        st.session_state.pop(key, None)
    st.query_params.pop(KEY, None)
    st.query_params.pop(LANGUAGE, None)
    is_elsewhere = own_page.aim()
    # At last: a browser that hears of it asks at once, which ends what has not been done yet.
    if leads():
        classroom().end()
    elif name := member():
        classroom().set_follows(name, False)
    if is_elsewhere:
        st.rerun()  # all of the page: to leave it


def _view_of(number: int) -> dict[str, Any]:
    """What a stop wants on its page, by the keys of the widgets, with its model."""
    stop = STOPS[_in_range(number) - 1]
    view = {**stop.view, KEY: _in_range(number)}
    return view | ({"checkpoint": stop.checkpoint} if stop.checkpoint in checkpoint_names() else {})


def _in_range(number: int) -> int:
    return min(max(number, 1), len(STOPS))


def _lead(number: int) -> None:
    """Have the class come along to a stop."""
    number = st.session_state[_LED] = _in_range(number)
    stop, minutes = STOPS[number - 1], st.session_state.get(MINUTES)
    vote = vote_of(stop) if classroom().present else None
    ballot = None if vote is None else Ballot(stop.key, vote.options, vote.hides)
    classroom().go(stop.page, query_of(_view_of(number)), ballot, minutes=minutes)


def _is_led_to(number: int) -> bool:
    """Whether the class is there, or was and has been led on by another page of the teacher's."""
    place = classroom().place
    is_there = place is not None and place.query.get(KEY) == str(number)
    return is_there or st.session_state.get(_LED) == number


def _walk(number: int) -> list[int]:
    """The stops that Next and Back lead through: those of the version, or all.

    A link says no version, and can lead to a stop that the version leaves out.
    """
    walk = in_version(st.session_state.get(MINUTES) or VERSIONS[-1])
    return walk if number in walk else in_version(VERSIONS[-1])


def _number() -> int | None:
    """The stop of this visitor, or of the link; None outside of a lesson."""
    number = None if address.is_restored() else st.session_state.get(KEY)
    if number is None:
        text = st.query_params.get(KEY, "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return number if 1 <= number <= len(STOPS) else None
