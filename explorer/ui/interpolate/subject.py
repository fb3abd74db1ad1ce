"""Latents to go between, and what can be made of the frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from torch import Tensor

from explorer.ui.downloads import file_button
from explorer.ui.form import Form
from explorer.ui.latent_picker import latent_picker
from explorer.ui.source import Source
from explorer.ui.viewed import Viewed
from explorer.views.interpolate import Interpolate
from explorer.views.result import FramesResult
from realnvp.image_encoding import to_animation
from realnvp.viz import to_rgb

SIDE = 256  # of an animation, at least nearly
MILLISECONDS = 120  # of one of its frames


@dataclass(frozen=True, eq=False)
class Subject(Viewed[Interpolate]):
    """A way between latents.

    Args:
        way: the part of the view that is the way.
    """

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
                sources.append(self._picked(form, name, with_picture=False))
        return sources

    def latent_pickers(self, form: Form[Any]) -> list[Source]:
        """The latents of a way, or of what a pad is over, beside each other; the form has them."""
        names = [name for name in "abcd" if name in form.kind.model_fields]
        names = names[: getattr(form.view(), "stops", len(names))]
        columns = st.columns(4) if len(names) > 1 else [st.container(width=340)]
        sources = []
        for name, column in zip(names, columns, strict=False):
            with column:
                sources.append(self._picked(form, name))
        return sources

    def _picked(self, form: Form[Any], name: str, **look: Any) -> Source:
        title, default = f"Latent {name.upper()}", form.default(name)
        source = latent_picker(
            self.flow, self.checkpoint, name, title=title, default=default, **look
        )
        form.set(name, source.latent)
        return source

    def draw(self, sources: Sequence[Source]) -> FramesResult:
        """What the view shows, as its controls are now."""
        shown: FramesResult = self.drawn(*(source.made for source in sources))
        return shown

    def take_away_film(self, shown: FramesResult, order: Sequence[int]) -> None:
        """`take_away`, with animations of the frames in this order."""
        self.take_away(shown, lambda: _animation_files(shown.frames.images, order))


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
