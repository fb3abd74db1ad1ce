"""In which language a visitor has the lesson: the chosen one, else the browser's."""

import streamlit as st

from explorer.ui.address import LANGUAGE as KEY  # of the link
from explorer.ui.lesson.texts import LANGUAGES, TAGS, language_of
from explorer.ui.web import element

_CHOSEN = "lesson_language"  # by this visitor, or by the link that led here
_CHOICE = "lesson_language_choice"
_mark = element("language")


def language() -> str:
    """Of `LANGUAGES`. One that was chosen is in the address from now on, and holds for the visit.

    It is the visitor's, and not the view's: an address that says none leaves it as it is. Without
    a choice the address has none, so that a link gives each their own.
    """
    chosen = _chosen()
    st.session_state[_CHOSEN] = chosen
    if chosen is not None and st.query_params.get(KEY) != chosen:
        st.query_params[KEY] = chosen
    return spoken_language()


def spoken_language() -> str:
    """The same outside of the lesson, whose address says nothing of it."""
    return _chosen() or language_of(st.context.locale)


def language_control(label: str, help: str) -> None:
    """The choice, to be shown after `language` was asked."""
    st.session_state[_CHOICE] = language()
    st.segmented_control(
        label,
        LANGUAGES,
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_CHOICE,
        on_change=_choose,
        help=help,
    )


def mark_language(name: str, *keys: str) -> None:
    """Have the containers with these keys say that they are in this language."""
    data = {"language": TAGS.get(name, name), "keys": keys}
    _mark(key=f"language_of_{keys[0]}", data=data)


def _chosen() -> str | None:
    named = st.query_params.get(KEY)
    return named if named in LANGUAGES else st.session_state.get(_CHOSEN)


def _choose() -> None:
    st.query_params[KEY] = st.session_state[_CHOICE]
