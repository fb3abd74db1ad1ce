"""What the views of the page Directions have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.tray.pins import Pin, short_name
from explorer.ui.offer import offer
from explorer.ui.source import Source
from realnvp import RealNVP
from realnvp.explore.directions import LABEL, MINE, PRINCIPAL, Directions
from realnvp.explore.frames import Frames

# Where they exist, in this order; else the first ones.
FIRST = ("Smiling", "Eyeglasses", "Male", "Blond hair", "Young")


@dataclass(frozen=True, eq=False)
class Subject:
    """What is moved, and along what.

    Args:
        a: the latent.
        known: all directions that can be chosen, one that was taught here among them.
        taught: the entry of a recipe that tells what that one is, or {}.
    """

    flow: RealNVP
    checkpoint: str
    a: Source
    known: Directions
    taught: dict[str, Any]

    def recipe(self, show: str, used: Sequence[str], **entries: Any) -> dict[str, Any]:
        """Of a view of these with the directions that it used, for `explorer.recipes`."""
        made = {
            "page": "directions",
            "checkpoint": self.checkpoint,
            "a": self.a.recipe,
            "view": {"show": show} | entries,
        }
        return made | ({"taught": self.taught} if MINE in used else {})

    def pin(self, frames: Frames, index: int, name: str, recipe: dict[str, Any]) -> Pin:
        """One of the frames, for the tray."""
        label = None if frames.labels is None else frames.labels[index]
        made = recipe | {"frame": index + 1}
        latent = frames.z[index], label, frames.images[index]
        return Pin(short_name(name), self.checkpoint, *latent, made)


def offer_frame(
    subject: Subject, frames: Frames, index: int, name: str, recipe: dict[str, Any], *, key: str
) -> None:
    """Buttons to pin one of the frames, or to go on with it."""
    offer(subject.pin(frames, index, name, recipe), key=key)


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


def keep_norm() -> bool:
    """Whether the latent stays on its sphere."""
    return bool(
        st.toggle(
            "Keep ‖z‖",
            True,
            key="keep_norm",
            bind="query-params",
            help="Scale back to the norm of A, where the prior has its mass. Without, far steps"
            " become harsh, as at a high temperature; with, everything else shrinks a little.",
        )
    )


def orthogonalise() -> bool:
    """Whether each direction is freed of those before it."""
    return bool(
        st.toggle(
            "Orthogonalise",
            False,
            key="orthogonal",
            bind="query-params",
            help="Free each direction of those chosen before it: moving it leaves their scores"
            " alone. Watch the orange bars, and how much weaker the effect becomes.",
        )
    )


def direction_picker(known: Directions, label: str, key: str, default: int, help: str) -> str:
    """One of the directions.

    Args:
        default: which of `first_names` on arrival.
    """
    names = list(known.names)
    first = first_names(known) or names
    at = names.index(first[min(default, len(first) - 1)])
    name = st.selectbox(label, names, index=at, key=key, bind="query-params", width=220, help=help)
    return name if name in names else names[at]
