"""The picture whose likelihood is looked at."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import Tensor

from explorer.ui.answers import Answers
from explorer.ui.form import Form
from explorer.ui.offer import offer_pictures
from explorer.ui.tiles import Figure
from explorer.ui.viewed import Viewed
from explorer.views.likelihood import Likelihood
from realnvp.explore.report import Report
from realnvp.labels import labels_of


@dataclass(frozen=True, eq=False)
class Subject(Viewed[Likelihood]):
    """A picture, and how it is looked at.

    Args:
        look: the part of the view that is the look.
        name: of the picture, for people.
        image: uint8 (1, C, H, W).
    """

    look: Form[Any]
    name: str
    image: Tensor

    @property
    def labels(self) -> Tensor | None:
        """Of the picture, as the flow takes them."""
        return labels_of(self.flow.config, self.form.view().label, 1)

    def report(self) -> Report:
        """What the model answers of the picture."""
        return Answers(self.flow, self.checkpoint, self.image, self.labels).report()

    def controls(self) -> Any:
        """The controls of the look in a row; gives what they say."""
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            self.look.show()
        return self.look.view()

    def offer(self, figure: Figure, images: Tensor, *, key: str) -> None:
        """A figure of pictures, uint8 (N, C, H, W): the model encodes the one that is pressed."""
        offer_pictures(
            [figure],
            images,
            key=key,
            flow=self.flow,
            checkpoint=self.checkpoint,
            labels=self.labels,
            recipe=self.recipe(),
        )

    def draw(self) -> Any:
        """What the view shows, as its controls are now."""
        return self.drawn(self.image, self.labels)
