"""What the views of the page Multi-scale have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from explorer.recipes.multiscale_programs import LIMIT
from explorer.tray.pins import Pin, short_name
from explorer.ui.models import ask, patience
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, show_figures, show_tiles
from explorer.ui.tray import pin
from realnvp import RealNVP
from realnvp.explore.frames import Frames
from realnvp.viz import colour_bar, error_map

R = TypeVar("R")

QUICK = 64 * 32 * 32  # pixels that are decoded before anyone wonders
SIDE = 256  # of a single picture, in CSS pixels


@dataclass(frozen=True, eq=False)
class Subject:
    """Whose levels are shown.

    Args:
        a, b: latents; b for the views that need two.
    """

    flow: RealNVP
    checkpoint: str
    a: Source
    b: Source | None = None

    def ask(self, count: int, function: Callable[..., R], *args: Any) -> R:
        """The function's answer, which takes `count` decodes; for many, something turns."""
        height, width = self.flow.config.image_size
        with patience(count * height * width > QUICK):
            return ask(function, self.flow, *args)

    def recipe(self, show: str, **entries: Any) -> dict[str, Any]:
        """Of a view of these, for `explorer.recipes`."""
        both = {} if self.b is None else {"b": self.b.recipe}
        return {
            "page": "multiscale",
            "checkpoint": self.checkpoint,
            "a": self.a.recipe,
            "view": {"show": show} | both | entries,
        }


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view shows, to take away: its recipe, its main picture, and all of its latents."""

    recipe: dict[str, Any]
    pixels: np.ndarray
    frames: Frames


def level_picker(
    flow: RealNVP, label: str, key: str, *, default: Sequence[int], help: str
) -> list[int]:
    """Levels to choose, as people count them: from 1, the finest; in order."""
    offered = list(range(1, flow.config.num_levels + 1))
    chosen = st.pills(
        label,
        offered,
        selection_mode="multi",
        default=[level for level in offered if level in default],
        key=key,
        bind="query-params",
        help=f"{help} Level 1 is the finest.",
    )
    return [level for level in offered if level in chosen]


def levels_in_words(levels: Sequence[int]) -> str:
    """ "no level", "level 2", "levels 1 and 3", "levels 1, 2 and 3"."""
    if not levels:
        return "no level"
    *first, last = map(str, levels)
    return f"levels {', '.join(first)} and {last}" if first else f"level {last}"


def indices(levels: Sequence[int]) -> list[int]:
    """Levels as the core counts them, from 0."""
    return [level - 1 for level in levels]


def show_pinnable(
    subject: Subject,
    frames: Frames,
    columns: int,
    *,
    key: str,
    names: Sequence[str],
    recipe: dict[str, Any],
    first: int = 0,
    **look: Any,
) -> np.ndarray:
    """Pictures of latents from the `first` on, one for each name; pressing one pins its latent."""

    def press(index: int) -> None:
        at = first + index
        label = None if frames.labels is None else frames.labels[at]
        made = {"from": "multiscale", "view": recipe, "number": at}
        name = short_name(names[index])
        pin(Pin(name, subject.checkpoint, frames.z[at], label, frames.images[at], made))

    return show_tiles(
        frames.images[first : first + len(names)],
        columns,
        key=key,
        titles=[f"Pin {name}" for name in names],
        on_press=press,
        **look,
    )


def difference(frames: Frames, name: str, caption: str) -> Figure:
    """The second picture less the first, as a signed map."""
    pixels = error_map(frames.images[1:2], frames.images[:1], LIMIT)
    return Figure(pixels, f"Difference: {name}", caption, SIDE)


def difference_bar(key: str) -> None:
    """What the colours of a difference mean."""
    words = f"−{LIMIT} … 0 … +{LIMIT} in steps of 1/255, in the colour where it is largest"
    bar = Figure(colour_bar(), "Colours from blue through white to red", words, SIDE)
    show_figures([bar], key=key)
