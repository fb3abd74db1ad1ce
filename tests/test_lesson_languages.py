"""The lesson says the same in each of its languages, and each visitor has it in theirs."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Any

import pytest
import streamlit as st
from app_pages import open_page
from flows import small_flow
from streamlit.testing.v1 import AppTest

from explorer.ui.lesson import STOPS, VERSIONS, handout, in_version, text_of
from explorer.ui.lesson.texts import (
    FIRST,
    FOLDER,
    LANGUAGES,
    TextsError,
    language_of,
    read_texts,
    table_of,
)
from explorer.ui.lesson.votes import VOTES

OTHERS = [name for name in LANGUAGES if name != FIRST]
# What waits for somebody who knows the language, and is English until then: whole tables too.
UNTRANSLATED: dict[str, set[str]] = {"de": set(), "es": set(), "fr": set(), "zh": set()}
# No word is in them.
MARKS = {"page.asked_line", "handout.title_in_list"}
MARKS |= {f"stops.samples.vote.answers.{index}" for index in (0, 2)}
SAME = {  # as in English
    "de": {"handout.name", *MARKS},
    "es": {
        *MARKS,
        "handout.drawing.values",
        "handout.drawing.logit",
        "handout.drawing.squeeze",
    },
    "fr": {
        *MARKS,
        "page.minutes",
        "handout.date",
        "handout.questions",
        "handout.drawing.logit",
        "handout.drawing.squeeze",
    },
    "zh": {path for path in MARKS if "vote" in path},
}
NUMBERS = {  # which count in ten thousands, or are words in English
    ("zh", "stops.samples.asked.0.answer"): {"86": "860000", "2800": "28"},
    ("zh", "stops.coupling.asked.1.answer"): {"1": ""},  # "ones"
}
COMMAND = re.compile("`[^`]*`")
SIGNS = set("·×√|∂Σε′=+−₀₁₂⁻¹²³⁰α")


def texts(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a table, with where it is."""
    if isinstance(part, str):
        yield path, part
    else:
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from texts(value, f"{path}.{key}".lstrip("."))


ENGLISH = dict(texts(table_of(FIRST)))


def waits(name: str, path: str) -> bool:
    return any(path == other or path.startswith(f"{other}.") for other in UNTRANSLATED[name])


def numbers(text: str, name: str) -> Counter[str]:
    """The numbers in a text, written as in Python; those of commands are no numbers."""
    text = COMMAND.sub("", text)
    if name == FIRST:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    else:
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
        if name != "zh":
            assert not re.search(r"\d\.\d", text), text
            text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}", text))


def test_every_language_has_its_file_and_every_file_a_language() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.toml" for name in LANGUAGES}
    assert set(UNTRANSLATED) == set(SAME) == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_no_text_is_missing_but_what_is_known_to_wait(name: str) -> None:
    found = dict(texts(table_of(name)))
    missing = {path for path in ENGLISH if path not in found and not waits(name, path)}
    assert not missing, f"add them to {name}.toml, or to UNTRANSLATED here"
    assert set(found) <= set(ENGLISH)
    assert not [path for path in found if waits(name, path)], "no longer untranslated"


@pytest.mark.parametrize("name", OTHERS)
def test_a_text_is_translated_with_its_numbers_formulas_and_places(name: str) -> None:
    same = set()
    for path, text in texts(table_of(name)):
        said = ENGLISH[path]
        if text == said:
            same.add(path)
        assert COMMAND.findall(text) == COMMAND.findall(said), path
        assert placeholders(text) == placeholders(said), path
        for sign in SIGNS:
            assert text.count(sign) == said.count(sign), (path, sign)
        found = Counter[str]()
        for number, count in numbers(text, name).items():
            found[NUMBERS.get((name, path), {}).get(number, number)] += count
        del found[""]
        assert found == numbers(said, FIRST), path
        assert text == text.strip() or path == "handout.drawing.thousands"
        assert "  " not in text
    assert same == SAME[name]


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_vote_has_its_texts(name: str) -> None:
    stops = text_of(name).stops
    assert {key for key in stops if stops[key].vote} == set(VOTES)
    for key, vote in VOTES.items():
        said = stops[key].vote
        assert said is not None
        assert len(said.answers) == len(set(said.answers)) == vote.options


def test_an_english_number_is_not_taken_for_another_one() -> None:
    assert numbers("6,144, 3,072 and 0.7 of (1, 2)", "en") == Counter(
        ["6144", "3072", "0.7", "1", "2"]
    )
    assert numbers("6144, 12 288 und 0,7 von (1, 2)", "de") == Counter(
        ["6144", "12288", "0.7", "1", "2"]
    )


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("es-419", "es"),
        ("fr-CA", "fr"),
        ("zh-Hans-CN", "zh"),
        ("zh-CN", "zh"),
        ("en-GB", "en"),
        ("pt-BR", "en"),
        ("den", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_browser_s_locale_has_its_language(locale: str | None, name: str) -> None:
    assert language_of(locale) == name


def test_what_a_file_lacks_is_english_and_what_is_in_no_lesson_is_refused() -> None:
    first = table_of(FIRST)
    some = read_texts({"bar": {"next": "Weiter"}}, first, "xx.toml")
    assert (some.bar.next, some.bar.back) == ("Weiter", "Back")
    assert some.stops == text_of(FIRST).stops
    for wrong, named in (
        ({"bar": {"nxt": "Weiter"}}, "xx.toml: bar.nxt"),
        ({"bar": {"next": 3}}, "xx.toml: bar.next"),
        ({"stops": {"samples": {"titel": "Bilder"}}}, "xx.toml: stops.samples.titel"),
        ({"stops": {"end": first["stops"]["card"]}}, r"xx.toml: .*\['end'\]"),
    ):
        with pytest.raises(TextsError, match=named):
            read_texts(wrong, first, "xx.toml")
    with pytest.raises(TextsError, match=r"bar\.answer"):
        read_texts({}, first | {"bar": {"task": "Task"}}, "en.toml")


def test_spaces_that_must_not_break_a_line_do_not() -> None:
    asked = text_of("fr").stops["samples"].asked[0]
    assert asked.question.endswith("\u00a0?")
    assert "860\u202f000" in asked.answer
    assert "«\u00a0Suite\u00a0»" in text_of("fr").page.minutes_help
    assert "\u00a0" not in text_of("en").stops["samples"].asked[0].answer


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("minutes", VERSIONS)
def test_the_hand_out_is_in_the_language(name: str, minutes: int) -> None:
    numbers = in_version(minutes)
    page = handout(small_flow(), numbers, name).decode()
    said = text_of(name)
    assert f'<html lang="{"zh-Hans" if name == "zh" else name}">' in page
    for words in (said.handout.title, said.handout.questions, said.handout.meanings.density):
        assert escape(words) in page
    assert "$" not in page


@pytest.mark.usefixtures("checkpoints")
@pytest.mark.parametrize("name", ["de", "zh"])
def test_the_page_and_the_bar_are_in_the_chosen_language_through_the_walk(name: str) -> None:
    said = text_of(name)
    app = open_page("lesson.py")
    assert not app.exception
    assert shows(app, text_of(FIRST).page.sentence)
    assert "language" not in app.query_params
    choice(app).set_value(name).run()
    assert not app.exception
    assert app.query_params["language"] == name
    assert app.button[0].label == said.page.begin
    numbers = in_version(60)
    for number in numbers:
        words = said.stops[STOPS[number - 1].key]
        assert shows(app, words.task)
        assert shows(app, words.solution)
    app.button[0].click().run()
    for place, number in enumerate(numbers[:3], start=1):
        where = said.bar.place.format(place=place, total=len(numbers))
        assert shows(app, f"**{where}** · {said.stops[STOPS[number - 1].key].question}")
        assert app.query_params["language"] == name
        app.button("lesson_next").click().run()
    app.button("lesson_leave").click().run()
    assert app.title[0].value == "Lesson"
    assert shows(app, said.page.sentence)  # still, for this visit


@pytest.mark.usefixtures("checkpoints")
def test_a_link_brings_its_language_and_the_choice_leads_back() -> None:
    app = open_page("sample.py", lesson="1", language="es")
    assert shows(app, text_of("es").stops["samples"].question)
    app.button("lesson_leave").click().run()
    assert "language" not in app.query_params
    app.switch_page("lesson.py").run()
    assert choice(app).value == "es"
    choice(app).set_value("en").run()
    assert app.query_params["language"] == "en"
    assert shows(app, text_of("en").page.sentence)


@pytest.mark.usefixtures("checkpoints")
def test_an_address_without_a_language_leaves_the_chosen_one() -> None:
    app = open_page("lesson.py", language="fr")
    del app.query_params["language"]
    app.run()
    assert shows(app, text_of("fr").page.sentence)
    assert app.query_params["language"] == "fr"


@pytest.mark.usefixtures("checkpoints")
@pytest.mark.parametrize("forged", ["xx", "EN", "../de", ""])
def test_a_language_that_is_none_is_the_browser_s(forged: str) -> None:
    app = open_page("lesson.py", language=forged)
    assert not app.exception
    assert shows(app, text_of(FIRST).page.sentence)


@pytest.mark.usefixtures("checkpoints")
def test_a_browser_s_language_is_shown_and_not_put_into_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(st.context), "locale", "fr-CH")
    app = open_page("lesson.py")
    assert shows(app, text_of("fr").page.sentence)
    assert choice(app).value == "fr"
    assert "language" not in app.query_params


def choice(app: AppTest) -> Any:
    """The control of the language."""
    (found,) = [group for group in app.get("button_group") if group.key == "lesson_language_choice"]
    return found


def shows(app: AppTest, words: str) -> bool:
    return any(words in markdown.value for markdown in app.markdown)
