"""What the experiments of the page Multi-scale have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.tray.pins import Pin, short_name
from explorer.ui.form import Form
from explorer.ui.offer import offer_tiles
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, show_figures
from explorer.ui.viewed import Viewed
from explorer.views.multiscale import DIFFERENCE, LIMIT, Multiscale
from explorer.views.result import FramesResult
from realnvp.viz import colour_bar

SIDE = 256  # of a single picture, in CSS pixels


@dataclass(frozen=True, eq=False)
class Subject(Viewed[Multiscale]):
    """Whose levels are shown.

    Args:
        experiment: the part of the view that is done with the levels.
        a, b: latents; b for the experiments that need two.
    """

    experiment: Form[Any]
    a: Source
    b: Source | None = None

    def draw(self) -> Any:
        """What the view shows, as its controls are now."""
        sources = [self.a] if self.b is None else [self.a, self.b]
        return self.drawn(*(source.made for source in sources))

    def show_pinnable(
        self,
        shown: FramesResult,
        columns: int,
        *,
        key: str,
        names: Sequence[str],
        first: int = 0,
        **look: Any,
    ) -> None:
        """Pictures of latents from the `first` on, one a name, which show their actions."""
        frames, recipe = shown.frames, self.recipe()

        def pin_of(index: int) -> Pin:
            at = first + index
            label = None if frames.labels is None else frames.labels[at]
            made = {"from": "multiscale", "view": recipe.json(), "number": at}
            name = short_name(names[index])
            return Pin(name, self.checkpoint, frames.z[at], label, frames.images[at], made)

        pictures = frames.images[first : first + len(names)]
        offer_tiles(pictures, columns, pin_of, key=key, titles=names, **look)


def levels_in_words(levels: Sequence[int]) -> str:
    """ "no level", "level 2", "levels 1 and 3", "levels 1, 2 and 3"."""
    if not levels:
        return "no level"
    *first, last = map(str, levels)
    return f"levels {', '.join(first)} and {last}" if first else f"level {last}"


def show_difference(shown: FramesResult, key: str, name: str, caption: str) -> None:
    """The second picture less the first, as a signed map, over what its colours mean."""
    figure = Figure(shown.others[DIFFERENCE], f"Difference: {name}", caption, SIDE)
    show_figures([figure], key=f"{key}_difference")
    words = f"−{LIMIT} … 0 … +{LIMIT} in steps of 1/255, in the colour where it is largest"
    bar = Figure(colour_bar(), "Colours from blue through white to red", words, SIDE)
    show_figures([bar], key=f"{key}_bar")
