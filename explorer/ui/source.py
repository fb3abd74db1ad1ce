"""A chosen latent with its picture, made once for each visitor and place."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from explorer.tray.pins import Pin, short_name
from explorer.ui.cache import cached
from explorer.ui.models import run
from explorer.views.latents import AnyLatent, FromExample, FromFile, FromSeed, Latent, json_of
from realnvp import RealNVP

Encodable = FromExample | FromFile


@dataclass(frozen=True, eq=False)
class Source:
    """A chosen latent.

    Args:
        name: for people.
        z: (1, D), float32.
        labels: of one picture, as the flow takes them, or None.
        image: its picture, uint8 (1, C, H, W).
        latent: where it comes from; None where only the page knows.
    """

    name: str
    z: Tensor
    labels: Tensor | None
    image: Tensor
    latent: AnyLatent | None = None

    @property
    def made(self) -> Latent:
        """As views draw from it."""
        return Latent(self.z, self.labels, self.image)

    def pin(self, checkpoint: str, made: Mapping[str, Any] | None = None) -> Pin:
        """For the tray.

        Args:
            made: how, as JSON, where `latent` does not say it.
        """
        if made is None:
            made = {} if self.latent is None else json_of(self.latent)
        labels = None if self.labels is None else self.labels[0]
        name = short_name(self.name)
        return Pin(name, checkpoint, self.z[0], labels, self.image[0], dict(made))


def sampled(flow: RealNVP, checkpoint: str, key: str, name: str, latent: FromSeed) -> Source:
    """A latent that is noise."""
    made, image = cached(
        f"{key}_made", (checkpoint, weakref.ref(flow), latent), lambda: run(_sampled, flow, latent)
    )
    return Source(name, made.z, made.labels, image, latent)


def _sampled(flow: RealNVP, latent: FromSeed) -> tuple[Latent, Tensor]:
    made = latent.make(flow)
    return made, flow.decode(made.z, made.labels)


def encoded(
    flow: RealNVP, checkpoint: str, key: str, name: str, latent: Encodable, image: Tensor
) -> Source:
    """The latent of a picture, uint8 (1, C, H, W), that the page has already."""
    made = cached(
        f"{key}_made",
        (checkpoint, weakref.ref(flow), latent, hash(image.numpy().tobytes())),
        lambda: run(_encoded, flow, latent, image),
    )
    return Source(name, made.z, made.labels, image, latent)


def _encoded(flow: RealNVP, latent: Encodable, image: Tensor) -> Latent:
    return latent.encoded(flow, image)
