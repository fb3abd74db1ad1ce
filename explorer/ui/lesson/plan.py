"""The plan of the lesson: which stops, when, and what a teacher has to know of each."""

from collections.abc import Sequence

import streamlit as st

from explorer.pages import title_of
from explorer.ui.lesson.bar import walk_to
from explorer.ui.lesson.stops import STOPS, time_of
from explorer.ui.lesson.texts import PageTexts, StopTexts, Texts


def show_aims(words: PageTexts) -> None:
    """What the class can do after it, and what it has to know before."""
    for place, title, lines in zip(
        st.columns(2, gap="large"),
        (words.aims_title, words.needed_title),
        (words.aims, words.needed),
        strict=True,
    ):
        with place:
            st.markdown(f"**{title}**\n" + "".join(f"\n- {line}" for line in lines))


def show_plan(texts: Texts, numbers: Sequence[int], version: int) -> None:
    """The stops with these numbers, from 1, one below the other.

    Args:
        version: minutes of the lesson that their buttons begin.
    """
    words = texts.page
    for place, number in enumerate(numbers):
        stop, begin = STOPS[number - 1], time_of(numbers[:place])
        said = texts.stops[stop.key]
        page, end = title_of(stop.page), begin + stop.minutes
        when = words.when.format(page=page, begin=begin, end=end)
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{place + 1}. {said.title}** · {when}  \n{said.task}")
                st.button(
                    words.go,
                    key=f"lesson_to_{number}",
                    on_click=walk_to,
                    args=(number, version),
                    help=words.go_help.format(page=page),
                )
            with st.expander(words.teacher, icon=":material/school:"):
                st.markdown(_in_words(words, said))


def _in_words(words: PageTexts, said: StopTexts) -> str:
    """Markdown."""
    asked = "".join(
        f"\n- {words.asked_line.format(question=asked.question)}  \n  {asked.answer}"
        for asked in said.asked
    )
    return (
        f"**{words.say}** {said.say}\n\n**{words.asked}**\n{asked}\n\n"
        f"**{words.exercise}** {said.exercise}\n\n**{words.solution}** {said.solution}"
    )
