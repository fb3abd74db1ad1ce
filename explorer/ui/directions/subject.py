"""What the ways to move a latent have in common."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.ui.form import Form
from explorer.ui.source import Source
from explorer.ui.viewed import Viewed
from explorer.views.directions import DirectionsView
from explorer.views.result import FramesResult
from realnvp.explore.directions import LABEL, MINE, PRINCIPAL, Directions

# Where they exist, in this order; else the first ones.
FIRST = ("Smiling", "Eyeglasses", "Male", "Blond hair", "Young")


@dataclass(frozen=True, eq=False)
class Subject(Viewed[DirectionsView]):
    """What is moved, and along what.

    Args:
        way: the part of the view that is the way to move.
        a: the latent.
        known: all directions that can be chosen, one that was taught here among them.
    """

    way: Form[Any]
    a: Source
    known: Directions

    def choose(self, name: str, default: int = 0) -> str:
        """One of the directions, for this field.

        Args:
            default: which of `first_names` on arrival.
        """
        names = list(self.known.names)
        first = first_names(self.known) or names
        at = names.index(first[min(default, len(first) - 1)])
        chosen: str = self.way.choose(name, names, otherwise=at)
        return chosen

    def draw(self) -> FramesResult:
        """What the view shows, as its controls are now."""
        if not self.form.view().levels:
            st.info("No level is chosen, so nothing moves.")
        shown: FramesResult = self.drawn(self.a.made, self.chosen())
        return shown

    def chosen(self) -> Directions:
        """What the latent is moved along, as the controls are now."""
        return self.form.view().chosen(self.flow, self.known)


def first_names(known: Directions) -> list[str]:
    """What is chosen on arrival: five at most."""
    own = [name for name in FIRST if name in known.names]
    others = [name for name in known.names if name not in own and name != MINE]
    return (own or others)[: len(FIRST)]


def figure_words(known: Directions, name: str) -> str:
    """ "84 %": how well it tells, or how much of the variance it holds."""
    row = known.names.index(name)
    share = 100 * float(known.figures[row])
    return f"{share:.1f} %" if known.kinds[row] == PRINCIPAL else f"{share:.0f} %"


def explanation(known: Directions, name: str) -> str:
    """What that number means."""
    kind, words = known.kinds[known.names.index(name)], figure_words(known, name)
    if kind == PRINCIPAL:
        return f"It holds {words} of the variance of latents; nobody said what it means."
    if kind == LABEL:
        return f"It tells {words} of held-out pictures right, where 50 % is chance."
    return f"Leave-one-out it tells {words} of your pictures right, where 50 % is chance."
