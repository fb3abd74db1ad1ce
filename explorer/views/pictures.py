"""The picture that a page looks at: an example, a file or a pin, and the part that is cut out."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from torch import Tensor

from explorer.examples import examples
from explorer.views.crops import Cropped
from explorer.views.latents import pinned
from explorer.views.settings import Part, Setting, Unlinked
from explorer.views.types import Line, PlainName
from realnvp import RealNVP
from realnvp.images import open_image
from realnvp.viz import to_rgb


class Picture(Cropped):
    """A picture and the box that is cut out of it, with the model's proportions."""

    def pixels(self, flow: RealNVP) -> np.ndarray:
        """All of it, uint8 (H, W, 3)."""
        raise NotImplementedError

    def image(self, flow: RealNVP) -> Tensor:
        """The part at the model's size, uint8 (1, C, H, W)."""
        return self.cut(flow, self.pixels(flow))


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
