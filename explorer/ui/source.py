"""A chosen latent with its picture, made once for each visitor and place."""

import json
import weakref
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from explorer.tray.pins import Pin, short_name
from explorer.ui.models import ask
from explorer.ui.once import once
from realnvp import RealNVP
from realnvp.labels import labels_of


@dataclass(frozen=True, eq=False)
class Source:
    """A chosen latent.

    Args:
        name: for people.
        z: (1, D), float32.
        labels: of one picture, as the flow takes them, or None.
        image: its picture, uint8 (1, C, H, W).
        recipe: how it was made, for `explorer.recipes`.
    """

    name: str
    z: Tensor
    labels: Tensor | None
    image: Tensor
    recipe: dict[str, Any]

    def pin(self, checkpoint: str) -> Pin:
        """For the tray."""
        labels = None if self.labels is None else self.labels[0]
        return Pin(short_name(self.name), checkpoint, self.z[0], labels, self.image[0], self.recipe)


def sampled(flow: RealNVP, checkpoint: str, key: str, name: str, recipe: dict[str, Any]) -> Source:
    """The latent of a recipe "from" a sample."""
    labels = labels_of(flow.config, recipe.get("label"), 1)
    z, image = once(
        f"{key}_made",
        (checkpoint, weakref.ref(flow), json.dumps(recipe)),
        lambda: ask(_draw, flow, recipe, labels),
    )
    return Source(name, z, labels, image, recipe)


def _draw(flow: RealNVP, recipe: dict[str, Any], labels: Tensor | None) -> tuple[Tensor, Tensor]:
    noise = torch.Generator().manual_seed(recipe["seed"])
    z = flow.draw(recipe.get("picture", 1), recipe["temperature"], noise)[-1:]
    return z, flow.decode(z, labels)


def encoded(
    flow: RealNVP, checkpoint: str, key: str, name: str, recipe: dict[str, Any], image: Tensor
) -> Source:
    """The latent of a picture, uint8 (1, C, H, W), which the recipe tells how to come by."""
    labels = labels_of(flow.config, recipe.get("label"), 1)
    z = once(
        f"{key}_made",
        (checkpoint, weakref.ref(flow), json.dumps(recipe), hash(image.numpy().tobytes())),
        lambda: ask(flow.encode, image, labels),
    )
    return Source(name, z, labels, image, recipe)
