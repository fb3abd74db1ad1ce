"""What the pages of latents have in common: their view, and what can be done with its frames."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from explorer.tray.pins import Pin
from explorer.ui.downloads import latents_file
from explorer.ui.form import Form
from explorer.ui.models import draw_view
from explorer.ui.offer import offer, offer_frames, pin_of_frame
from explorer.ui.recipe import recipe_menu
from explorer.views.recipe import Recipe
from explorer.views.result import FramesResult
from explorer.views.view import View
from realnvp import RealNVP

V = TypeVar("V", bound=View)


@dataclass(frozen=True, eq=False)
class Viewed(Generic[V]):
    """What a page looks at.

    Args:
        form: of the page's view.
    """

    checkpoint: str
    flow: RealNVP
    form: Form[V]

    def recipe(self) -> Recipe:
        """Of the view, as its controls are now."""
        return Recipe(self.checkpoint, self.form.view())

    def drawn(self, *made: Any) -> Any:
        """What the view shows of what was made, as its controls are now."""
        return draw_view(self.form.view(), self.flow, *made)

    def offer_frames(
        self, shown: FramesResult, columns: int, names: Sequence[str], **look: Any
    ) -> None:
        """The frames as tiles, to be pinned under these names or gone on with."""
        offer_frames(self.recipe(), shown, columns, names, **look)

    def pin_of(self, shown: FramesResult, index: int, name: str) -> Pin:
        """One of the frames, as a pin that knows how it was made."""
        return pin_of_frame(self.recipe(), shown, index, name)

    def offer_frame(self, shown: FramesResult, index: int, name: str, *, key: str) -> None:
        """Buttons to pin one of the frames, or to go on with it."""
        offer(self.pin_of(shown, index, name), key=key)

    def take_away(
        self, shown: FramesResult, other_files: Callable[[], None] = lambda: None
    ) -> None:
        """Buttons for the recipe and all files.

        Args:
            other_files: shows those that only this page has.
        """
        recipe, frames = self.recipe(), shown.frames
        name = recipe.view.file.removesuffix(".png")
        with st.container(horizontal=True):
            recipe_menu(recipe, shown.pixels, name)
            other_files()
            latents_file(frames.z, frames.images, name, recipe.json(), frames.labels)
