"""Latents to go between, and what can be made of the frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from torch import Tensor

from explorer.tray.pins import Pin
from explorer.ui.downloads import file_button, latents_file
from explorer.ui.form import Form
from explorer.ui.latent_picker import latent_picker
from explorer.ui.models import draw_view
from explorer.ui.offer import offer, offer_frames, pin_of_frame
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.views.interpolate import Interpolate
from explorer.views.recipe import Recipe
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.image_encoding import to_animation
from realnvp.viz import to_rgb

SIDE = 256  # of an animation, at least nearly
MILLISECONDS = 120  # of one of its frames


@dataclass(frozen=True, eq=False)
class Subject:
    """A way between latents.

    Args:
        form: of the page's view.
        way: the part of it that is the way.
    """

    checkpoint: str
    flow: RealNVP
    form: Form[Interpolate]
    way: Form[Any]

    def pickers_by_thumbnail(self, form: Form[Any], chosen: str) -> list[Source]:
        """The four latents of a pad, whose pictures it shows; one picker is seen, "a" for example.

        The others are there too, as Streamlit forgets what is not: the page's rules hide what is
        folded.
        """
        sources = []
        for name in "abcd":
            box = st.container(
                horizontal=True,
                vertical_alignment="bottom",
                gap="small",
                key=f"{'picker' if name == chosen else 'folded'}_{name}",
            )
            with box:
                title, default = f"Latent {name.upper()}", form.default(name)
                source = latent_picker(
                    self.flow,
                    self.checkpoint,
                    name,
                    title=title,
                    default=default,
                    with_picture=False,
                )
            form.set(name, source.latent)
            sources.append(source)
        return sources

    def latent_pickers(self, form: Form[Any]) -> list[Source]:
        """The latents of a way, or of what a pad is over, beside each other; the form has them."""
        names = [name for name in "abcd" if name in form.kind.model_fields]
        names = names[: getattr(form.view(), "stops", len(names))]
        columns = st.columns(4) if len(names) > 1 else [st.container(width=340)]
        sources = []
        for name, column in zip(names, columns, strict=False):
            with column:
                title, default = f"Latent {name.upper()}", form.default(name)
                source = latent_picker(
                    self.flow, self.checkpoint, name, title=title, default=default
                )
            form.set(name, source.latent)
            sources.append(source)
        return sources

    def draw(self, sources: Sequence[Source]) -> FramesResult:
        """What the view shows, as its controls are now."""
        shown: FramesResult = draw_view(
            self.form.view(), self.flow, *(source.made for source in sources)
        )
        return shown

    def offer_frames(
        self, shown: FramesResult, columns: int, names: Sequence[str], **look: Any
    ) -> None:
        """The frames as tiles, to be pinned under these names or gone on with."""
        offer_frames(self._recipe(), shown, columns, names, **look)

    def pin_of(self, shown: FramesResult, index: int, name: str) -> Pin:
        """One of the frames, as a pin that knows how it was made."""
        return pin_of_frame(self._recipe(), shown, index, name)

    def offer_frame(self, shown: FramesResult, index: int, name: str, *, key: str) -> None:
        """Buttons to pin one of the frames, or to go on with it."""
        offer(self.pin_of(shown, index, name), key=key)

    def take_away(self, shown: FramesResult, order: Sequence[int] = ()) -> None:
        """Buttons for the recipe and all files; with an order of frames, for animations too."""
        recipe, frames = self._recipe(), shown.frames
        with st.container(horizontal=True):
            recipe_menu(recipe, shown.pixels, "interpolation")
            if order:
                _animation_files(frames.images, order)
            latents_file(frames.z, frames.images, "interpolation", recipe.json(), frames.labels)

    def _recipe(self) -> Recipe:
        return Recipe(self.checkpoint, self.form.view())


def _animation_files(images: Tensor, order: Sequence[int]) -> None:
    for kind, words in (("webp", "lossless"), ("gif", "256 colours")):
        file_button(
            kind.upper().replace("WEBP", "WebP"),
            partial(animation, images, order, kind),
            f"interpolation.{kind}",
            f"image/{kind}",
            f"An animation that ends where it starts, and repeats; {words}.",
            icon="animation",
        )


def animation(images: Tensor, order: Sequence[int], kind: str) -> bytes:
    """The pictures, uint8 (N, C, H, W), in this order as "webp" or "gif", every pixel a square."""
    times = max(1, SIDE // max(images.shape[2:]))
    frames = to_rgb(images)[list(order)].repeat(times, axis=1).repeat(times, axis=2)
    return to_animation(frames, kind, MILLISECONDS)
