"""The hand-out of the lesson: two printed pages for each student."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from explorer.figures.whole_flow import whole_flow
from explorer.ui.lesson.stops import STOPS
from explorer.ui.lesson.texts import TAGS, Texts, text_of
from realnvp import ModelConfig, RealNVP

FORMULAS = {  # by the names of `Meanings`
    "flow": "z = f(x); x = f⁻¹(z)",
    "coupling": "y₁ = x₁; y₂ = x₂ · exp(s(x₁)) + t(x₁)",
    "inverse": "x₂ = (y₂ − t(y₁)) · exp(−s(y₁))",
    "density": "log p(x) = log N(f(x); 0, I) + log |det ∂f/∂x|",
    "log_det": "log |det ∂f/∂x| = Σ s",
    "bits": "bits/dim = −log₂ p(x) / D",
}
_TEMPLATE = Path(__file__).with_name("handout.html")
_FIRST = 0.35  # of the questions: the diagram and the formulas have the rest of that page
_EXERCISES = 10  # stops at most that leave room for their exercises too


def handout(flow: RealNVP, numbers: Sequence[int], language: str) -> bytes:
    """HTML of two pages A4 that asks no other host for anything.

    Args:
        flow: the model whose levels are drawn; for one of another kind, those of a RealNVP.
        numbers: of the stops, from 1, whose questions are asked; and exercises, if there is room.
        language: of the texts.
    """
    texts = text_of(language)
    words = texts.handout
    first = max(1, round(_FIRST * len(numbers)))
    with_exercises = len(numbers) <= _EXERCISES
    drawn = flow if flow.has_couplings else RealNVP(ModelConfig())
    page = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        language=TAGS.get(language, language),
        title=escape(words.title),
        name=escape(words.name),
        date=escape(words.date),
        drawn=escape(words.diagram),
        diagram=whole_flow(drawn, words.drawing),
        caption=escape(words.caption),
        laws=escape(words.formulas),
        formulas="".join(
            f"<tr><td>{escape(formula)}</td><td>{escape(getattr(words.meanings, name))}</td></tr>"
            for name, formula in FORMULAS.items()
        ),
        asked=escape(words.questions),
        first=_questions(texts, numbers[:first], with_exercises),
        second=_questions(texts, numbers[first:], with_exercises),
        next=first + 1,
    )
    return page.encode()


def _questions(texts: Texts, numbers: Sequence[int], with_exercises: bool) -> str:
    """Items of a list, each with what is to be written about."""
    items = []
    for number in numbers:
        stop = texts.stops[STOPS[number - 1].key]
        title = texts.handout.title_in_list.format(title=stop.title)
        items.append(f"<li><b>{escape(title)}</b> {escape(stop.question)}")
        if with_exercises:
            items.append(f"<p><i>{escape(texts.handout.exercise)}</i> {escape(stop.exercise)}</p>")
        items.append("</li>")
    return "".join(items)
