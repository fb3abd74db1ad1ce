"""What the looks of the page Compare are about."""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import streamlit as st
from torch import Tensor

from explorer.ui.form import Form
from explorer.ui.models import default_labels, draw_view
from explorer.ui.offer import offer_pictures
from explorer.ui.source import Source
from explorer.ui.tiles import Figure
from explorer.views.compare import (
    Compare,
    Compared,
    LatentSpace,
    MeaningfulLatents,
    Realism,
    Reversibility,
)
from explorer.views.recipe import Recipe
from realnvp import RealNVP
from realnvp.baselines import Baseline
from realnvp.nets import parameter_count
from realnvp.plain import number_within

Q = TypeVar("Q", bound=LatentSpace)
Question = Realism | Reversibility | LatentSpace | MeaningfulLatents


@dataclass(frozen=True, eq=False)
class Subject:
    """A flow with the baselines beside it.

    Args:
        checkpoint: the flow's name.
        models: by their kinds; any may be missing.
    """

    flow: RealNVP
    checkpoint: str
    models: Mapping[str, Baseline]

    def ask_between(self, kind: type[Q], a: Source, b: Source) -> Q:
        """The question about two digits, with its controls in a row."""
        form = Form(kind, self.flow)
        form.set("a", a.latent)
        form.set("b", b.latent)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            form.show()
        return form.view()

    def offer(
        self,
        figures: Sequence[Figure],
        images: Tensor,
        *,
        key: str,
        question: Question | None = None,
        labels: Tensor | None = None,
    ) -> None:
        """Figures of digits, uint8 (N, 1, H, W): RealNVP encodes the one that is pressed.

        Args:
            question: that they answer.
            labels: of one digit, which a conditional flow takes; a class is chosen where they are
                not known.
        """
        offer_pictures(
            figures,
            images,
            key=key,
            flow=self.flow,
            checkpoint=self.checkpoint,
            labels=default_labels(self.flow, 1) if labels is None else labels,
            recipe=None if question is None else self.recipe(question),
        )

    def draw(self, question: Question, *digits: Source) -> Compared:
        """What the families answer."""
        made = (digit.made for digit in digits)
        shown: Compared = draw_view(self.recipe(question).view, self.flow, self.models, *made)
        return shown

    def recipe(self, question: Question) -> Recipe:
        """Of what they answer."""
        kinds = cast(Any, tuple(self.models))
        return Recipe(self.checkpoint, Compare(question=question, baselines=kinds))

    def signature(self, *more: object) -> tuple[object, ...]:
        """Equal only for the same models and `more`; keeps none of them alive."""
        models = (self.flow, *self.models.values())
        return (*(weakref.ref(model) for model in models), *more)

    def bits(self, kind: str, figure: str) -> float | None:
        """A figure of a baseline's card, in bits/dim."""
        card = self.models[kind].card if kind in self.models else {}
        return _figure(card, figure)

    def own_parameters(self) -> int:
        """Weights of the flow as trained, or as folded where its card does not say."""
        known = _figure(self.flow.card, "parameters")
        return int(known or parameter_count(self.flow))

    def own_bits(self) -> float | None:
        """bits/dim of the flow on test pictures, if its card has them."""
        return _figure(self.flow.card, "test_bits_per_dim")


def _figure(card: Mapping[str, Any], name: str) -> float | None:
    return number_within(card.get(name), -1e12, 1e12)
