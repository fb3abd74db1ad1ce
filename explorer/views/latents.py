"""Where a latent comes from: one class a kind. A kind joins here and in the latent picker.

A latent is made from its description and the model alone. What only a visitor has, a file or a
tray, a program looks for beside itself: `me.jpg`, `tray.safetensors`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import Field, TypeAdapter, ValidationError
from torch import Tensor

from explorer.examples import examples
from explorer.tray.pins import Pin, PinError, from_bytes
from explorer.views.crops import Cropped
from explorer.views.settings import MAX_SEED, Dice, LabelField, Part, Setting, Unlinked, Whole
from explorer.views.types import LabelValue, LevelTemperatures, Line, PlainName
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.fitting import fit
from realnvp.images import open_image
from realnvp.labels import labels_of

TRAY = "tray.safetensors"  # beside a program
MAX_PICTURE = 64  # pictures of one seed that can be named
Label = Annotated[LabelValue, LabelField(listed=True)]


@dataclass(frozen=True, eq=False)
class Latent:
    """A latent that was made.

    Args:
        z: (1, D), float32.
        labels: of one picture, as the flow takes them, or None.
        image: its picture, uint8 (1, C, H, W); None where nobody has asked for it.
    """

    z: Tensor
    labels: Tensor | None
    image: Tensor | None = None


class FromSeed(Settings):
    """Noise of a seed: the latent of one of the pictures on the page Sample."""

    source: Literal["Sample"] = Field("Sample", alias="from")
    seed: Annotated[
        int, Dice("Seed", 0, MAX_SEED, width=88, help="The noise that is turned into it.")
    ] = 0
    temperature: LevelTemperatures = 0.7
    picture: Annotated[
        int,
        Whole(
            "No.",
            1,
            MAX_PICTURE,
            width=60,
            help="Which picture of the seed, counted as drawn on the page Sample.",
        ),
    ] = 1
    label: Label = None

    def make(self, flow: RealNVP) -> Latent:
        noise = torch.Generator().manual_seed(self.seed)
        z = flow.draw(self.picture, self.temperature, noise)[-1:]
        return Latent(z, labels_of(flow.config, self.label, 1))


class FromPicture(Settings):
    """The latent of a picture."""

    label: Label = None

    def image(self, flow: RealNVP) -> Tensor:
        """The picture at the model's size, uint8 (1, C, H, W)."""
        raise NotImplementedError

    def make(self, flow: RealNVP) -> Latent:
        return self.encoded(flow, self.image(flow))

    def encoded(self, flow: RealNVP, image: Tensor) -> Latent:
        """The latent of its picture, where somebody has that already."""
        labels = labels_of(flow.config, self.label, 1)
        return Latent(flow.encode(image, labels), labels, image)


class FromExample(FromPicture):
    """The latent of a picture that comes with the model."""

    source: Literal["Example"] = Field("Example", alias="from")
    example: Annotated[Line, Setting("Example", help="Pictures that come with the model.")]

    def image(self, flow: RealNVP) -> Tensor:
        offered = examples(flow, flow.name)
        if self.example not in offered:
            raise ValueError(f"{flow.name} has no example {self.example!r}")
        return middle(flow, offered[self.example].pixels)


class FromFile(FromPicture, Cropped):
    """The latent of a part of a picture in a file, by its name; a program looks where it runs."""

    source: Literal["Upload"] = Field("Upload", alias="from")
    file: Annotated[PlainName, Unlinked()]

    def image(self, flow: RealNVP) -> Tensor:
        return self.cut(flow, open_image(Path(self.file).read_bytes()).pixels)


class FromTray(Settings):
    """A pinned latent, by its name in the tray."""

    source: Literal["Tray"] = Field("Tray", alias="from")
    pin: Annotated[Line, Setting("Pinned", help="What was pinned on any page with this model.")]

    def make(self, flow: RealNVP) -> Latent:
        pin = pinned(self.pin)
        labels = None if pin.labels is None else pin.labels[None]
        return Latent(pin.z[None], labels, pin.image[None])


FROM = Part(
    "from",
    listed=True,
    help="Where the latent comes from: noise drawn here, what was pinned, or a picture that is"
    " encoded. An upload is there for this visit only, unless you pin it.",
)
AnyLatent = Annotated[
    FromSeed | FromTray | FromExample | FromFile, Field(discriminator="source"), FROM
]
_LATENT: TypeAdapter[AnyLatent] = TypeAdapter(AnyLatent)


def middle(flow: RealNVP, pixels: np.ndarray) -> Tensor:
    """The largest part of a picture, uint8 (H, W, 3), that fits the model: uint8 (1, C, H, W)."""
    return fit(pixels, flow.config.image_size, flow.config.channels)[0]


def pinned(name: str) -> Pin:
    """A pin of the tray that lies beside the program.

    Raises:
        PinError: if it is not there.
    """
    pins = {pin.name: pin for pin in from_bytes(Path(TRAY).read_bytes())}
    if name not in pins:
        raise PinError(f"{TRAY} has no latent {name!r}")
    return pins[name]


def joined(latents: Sequence[Latent]) -> tuple[Tensor, Tensor | None]:
    """Latents, (m, D), with their labels, or None."""
    labels = [latent.labels for latent in latents if latent.labels is not None]
    return torch.cat([latent.z for latent in latents]), torch.cat(labels) if labels else None


def json_of(latent: AnyLatent) -> dict[str, Any]:
    """A latent as plain JSON: how a pin was made."""
    return latent.model_dump(mode="json", by_alias=True, exclude_none=True)


def read_latent(made: object) -> AnyLatent | None:
    """The latent of this JSON, whoever wrote it; None where it is none that stands alone."""
    try:
        latent = _LATENT.validate_json(json.dumps(made))
    except (ValidationError, TypeError, ValueError, RecursionError):
        return None
    return latent if stands_alone(latent) else None


def stands_alone(view: Settings) -> bool:
    """Whether it can be made from the model alone: from no file, and from no tray."""
    return not any(isinstance(part, FromFile | FromTray) for part in view.parts())


def as_label(label: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """A label as views have it."""
    return label if label is None or isinstance(label, str) else tuple(label)
