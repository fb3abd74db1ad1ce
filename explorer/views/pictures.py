"""The picture that a page looks at: an example, a file or a pin, and the part that is cut out."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from torch import Tensor

from explorer.examples import examples
from explorer.views.latents import pinned
from explorer.views.settings import Part, Setting, Slider, Unlinked
from explorer.views.types import Line, PlainName
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.fitting import Box, fit, zoomed_box
from realnvp.images import open_image
from realnvp.viz import to_rgb

MAX_ZOOM = 8.0
_MOVES = "Moves the part that is used, where there is room."


class Picture(Settings):
    """A picture and the box that is cut out of it, with the model's proportions."""

    zoom: Annotated[
        float,
        Slider(
            "Zoom",
            1.0,
            MAX_ZOOM,
            0.01,
            format="%.2f×",
            help="How small a part is used. A face should fill it as the model's own pictures do:"
            " watch bits/dim fall when it does.",
        ),
    ] = 1.0
    left_right: Annotated[
        float, Slider("Left-right", 0.0, 100.0, 0.1, format="%.1f %%", help=_MOVES)
    ] = 50.0
    up_down: Annotated[float, Slider("Up-down", 0.0, 100.0, 0.1, format="%.1f %%", help=_MOVES)] = (
        50.0
    )

    def pixels(self, flow: RealNVP) -> np.ndarray:
        """All of it, uint8 (H, W, 3)."""
        raise NotImplementedError

    def image(self, flow: RealNVP) -> Tensor:
        """The part at the model's size, uint8 (1, C, H, W)."""
        return self.cut(flow, self.pixels(flow))

    def cut(self, flow: RealNVP, pixels: np.ndarray) -> Tensor:
        """The same of its pixels, where somebody has them already."""
        size = flow.config.image_size
        return fit(pixels, size, flow.config.channels, self.box(pixels, size))[0]

    def box(self, pixels: np.ndarray, size: tuple[int, int]) -> Box:
        """The part, in pixels, with the proportions of size (H, W)."""
        return zoomed_box(pixels, size, self.zoom, self.left_right / 100, self.up_down / 100)


class Example(Picture):
    """A picture that comes with the model, by its name; "" is the first."""

    source: Literal["Example"] = "Example"
    example: Annotated[
        str, Setting("Example", width=260, help="Pictures that come with the model.")
    ] = ""

    def pixels(self, flow: RealNVP) -> np.ndarray:
        offered = examples(flow, flow.name)
        name = self.example or next(iter(offered))
        if name not in offered:
            raise ValueError(f"{flow.name} has no example {name!r}")
        return offered[name].pixels


class File(Picture):
    """A picture that somebody sent, by its name; a program reads it from where it runs."""

    source: Literal["Upload"] = "Upload"
    file: Annotated[PlainName, Unlinked()]

    def pixels(self, flow: RealNVP) -> np.ndarray:
        return open_image(Path(self.file).read_bytes()).pixels


class Pinned(Picture):
    """The picture of a pinned latent, of any model."""

    source: Literal["Tray"] = "Tray"
    pinned: Annotated[
        Line,
        Setting(
            "Pinned",
            width=260,
            help="Pinned pictures of any model; a latent is encoded anew from its picture."
            " Attributes that it has in part are taken as present or absent.",
        ),
    ]

    def pixels(self, flow: RealNVP) -> np.ndarray:
        return to_rgb(pinned(self.pinned).image[None])[0]


AnyPicture = Annotated[Example | File | Pinned, Field(discriminator="source"), Part(inline=True)]
