"""All that the lesson says, in each of its languages.

A language is a file, `languages/CODE.toml`. English is the first: whatever another one lacks is
shown as it is in English, so that a new text needs one language to begin with.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from explorer.figures.whole_flow import FlowWords
from explorer.ui.lesson.stops import STOPS

FIRST = "en"
LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文"}
TAGS = {"zh": "zh-Hans"}  # of BCP 47, where it says more
FOLDER = Path(__file__).with_name("languages")
_STRICT = ConfigDict(extra="forbid")
_UNBREAKABLE = (
    (re.compile(r"(?<=\S) (?=[:;?!»](?:\s|$))|(?<=«) "), "\u00a0"),  # as in French
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), "\u202f"),  # as in 860 000
)


class TextsError(ValueError):
    """A file of texts that has too much, too little or something else; says what."""


@dataclass(frozen=True, config=_STRICT)
class BarTexts:
    """Of the bar above every page."""

    place: str
    task: str
    answer: str
    leave: str
    leave_help: str
    back: str
    back_help: str
    next: str
    next_help: str


@dataclass(frozen=True, config=_STRICT)
class ClassTexts:
    """Of a class that goes through the lesson together.

    Args:
        lost, anew, gone: what no page lives through, said by the browser's part.
    """

    follows: str
    leave: str
    leave_help: str
    back: str
    back_help: str
    waits: str
    has_left: str
    hidden: str
    after_vote: str
    have_voted: str
    reveal: str
    reveal_help: str
    choose: str
    has_chosen: str
    count: str
    right: str
    own: str
    lost: str
    anew: str
    gone: str
    join: str
    alone: str
    one_is_here: str
    are_here: str
    read_only: str
    read_only_help: str
    privacy: str


@dataclass(frozen=True, config=_STRICT)
class PageTexts:
    """Of the page Lesson, around the texts of its stops."""

    sentence: str
    minutes: str
    minutes_help: str
    language: str
    language_help: str
    begin: str
    begin_help: str
    handout: str
    handout_help: str
    length: str
    aims_title: str
    aims: tuple[str, ...]
    needed_title: str
    needed: tuple[str, ...]
    when: str
    go: str
    go_help: str
    teacher: str
    say: str
    asked: str
    asked_line: str
    exercise: str
    solution: str


@dataclass(frozen=True, config=_STRICT)
class Meanings:
    """What each formula of the hand-out says."""

    flow: str
    coupling: str
    inverse: str
    density: str
    log_det: str
    bits: str


@dataclass(frozen=True, config=_STRICT)
class HandoutTexts:
    """Of the hand-out, beside questions and exercises.

    Args:
        meanings: beside its formulas.
        drawing: in its diagram.
    """

    title: str
    name: str
    date: str
    diagram: str
    caption: str
    formulas: str
    questions: str
    exercise: str
    title_in_list: str
    meanings: Meanings
    drawing: FlowWords


@dataclass(frozen=True, config=_STRICT)
class Asked:
    """What students will ask, with its answer."""

    question: str
    answer: str


@dataclass(frozen=True, config=_STRICT)
class VoteTexts:
    """What a class votes on at a stop.

    Args:
        question: for the class to read.
        answers: to choose from, in the order of the stop's `Vote`.
        why: one or two sentences, once it is over.
    """

    question: str
    answers: tuple[str, ...]
    why: str


@dataclass(frozen=True, config=_STRICT)
class StopTexts:
    """Of a stop: for the whole class first, then for the teacher.

    Args:
        title: in a few words.
        task: what to do, for the whole class to read.
        question: to ask before the answer is shown.
        answer: what they should have seen.
        say: two or three sentences, before the class does the task.
        exercise: on paper, or at home.
        solution: of the exercise.
        vote: before all that, at the stops of `VOTES`.
    """

    title: str
    task: str
    question: str
    answer: str
    say: str
    exercise: str
    solution: str
    asked: tuple[Asked, ...]
    vote: VoteTexts | None = None


@dataclass(frozen=True, config=_STRICT)
class Texts:
    """All of a language.

    Args:
        stops: by their keys, in the order of `STOPS`.
    """

    bar: BarTexts
    together: ClassTexts
    page: PageTexts
    handout: HandoutTexts
    stops: dict[str, StopTexts]


@lru_cache(maxsize=len(LANGUAGES))
def text_of(language: str) -> Texts:
    """The texts of one of `LANGUAGES`.

    Raises:
        TextsError: if its file has a text that the lesson does not know, or English lacks one.
    """
    return read_texts(table_of(language), table_of(FIRST), f"{language}.toml")


def language_of(locale: str | None) -> str:
    """The one of `LANGUAGES` nearest to a browser's locale: de for de-AT; English if none is."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else FIRST


def table_of(language: str) -> dict[str, Any]:
    """What the file of a language holds, as it is."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def read_texts(table: Mapping[str, Any], first: Mapping[str, Any], file: str) -> Texts:
    """The texts of a table; what it lacks is taken from the first language's.

    Raises:
        TextsError: naming the file, and the texts that are wrong in it.
    """
    try:
        texts = TypeAdapter(Texts).validate_python(_typeset(_filled(table, first)))
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise TextsError(f"{file}: {'; '.join(wrong)}") from None
    keys = [stop.key for stop in STOPS]
    if unlike := sorted(set(keys) ^ set(texts.stops)):
        raise TextsError(f"{file}: these stops are not in both it and stops.py: {unlike}")
    return texts


def _filled(table: Any, first: Any) -> Any:
    """A table, and from the first one all that it has not."""
    if not (isinstance(table, Mapping) and isinstance(first, Mapping)):
        return table
    return {**first, **{key: _filled(value, first.get(key)) for key, value in table.items()}}


def _typeset(part: Any) -> Any:
    """Texts with spaces that break no line where their language wants none broken."""
    if isinstance(part, Mapping):
        return {key: _typeset(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_typeset(value) for value in part]
    if isinstance(part, str):
        for space, unbreakable in _UNBREAKABLE:
            part = space.sub(unbreakable, part)
    return part
