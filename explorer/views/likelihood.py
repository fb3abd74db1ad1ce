"""Likelihood: what a picture costs, beside other pictures."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field

from explorer.examples import examples_of, others_with_pictures, shipped_with
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import FramesResult, Result
from explorer.views.sample import Drawn
from explorer.views.settings import Names, Part, Setting
from explorer.views.types import Label, PlainName, Seed, Temperature
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.explore.frames import frames_of, labels_for_all
from realnvp.explore.out_of_distribution import Costs, costs_of, out_of_distribution
from realnvp.explore.samples import draw_samples
from realnvp.explore.typical import warmed
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid

COUNT = 16  # samples
MAX_OTHERS = 7  # models whose examples are shown
COLUMNS, ODD_COLUMNS, OTHER_COLUMNS = 8, 7, 12


@dataclass(frozen=True, eq=False)
class Odd(Result):
    """Pictures of which most are out-of-distribution.

    Args:
        images: uint8 (n, C, H, W), by names for people; the picture itself is the first.
        costs: of each.
    """

    images: dict[str, torch.Tensor] = field(kw_only=True)
    costs: Costs = field(kw_only=True)


class Histogram(Drawing):
    """Samples, whose bits/dim are compared with those of the test set."""

    likelihood: Literal["Histogram"] = "Histogram"
    temperature: Temperature = 1.0
    seed: Seed = 0

    def draw(self, flow: RealNVP, *made: Any) -> Drawn:
        _, labels = made
        many = labels_for_all(labels, COUNT)
        drawn = draw_samples(flow, COUNT, self.temperature, self.seed, many, with_bits=True)
        return Drawn(image_grid(drawn.images, COLUMNS, GAP), samples=drawn)


@dataclass(frozen=True, eq=False)
class Others(Result):
    """Pictures that came with another model.

    Args:
        images: uint8 (n, C, H, W).
        bits: bits/dim of each, (n,).
    """

    images: torch.Tensor = field(kw_only=True)
    bits: torch.Tensor = field(kw_only=True)


class AnotherSet(Drawing):
    """What all pictures cost that came with another model, beside the test set."""

    likelihood: Literal["Another set"] = "Another set"
    other: Annotated[
        PlainName,
        Setting(
            "Pictures of",
            width=240,
            help="All that lie beside another model, at this one's size.",
        ),
    ] = "mnist"

    @classmethod
    def fits(cls, flow: RealNVP) -> bool:
        return bool(others_with_pictures(flow))

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        best = others_with_pictures(flow)[:1]
        return {"other": best[0]} if best else {}

    def draw(self, flow: RealNVP, *made: Any) -> Others:
        _, labels = made
        images = shipped_with(self.other, flow.config)
        if images is None:
            raise ValueError(f"beside {self.other} lie no pictures")
        costs = costs_of(flow, images, labels_for_all(labels, len(images)))
        pixels = image_grid(images, OTHER_COLUMNS, GAP)
        return Others(pixels, images=images, bits=costs.bits_per_dim)


class TypicalSet(Drawing):
    """The mode of p(z), which is z = 0, and samples."""

    likelihood: Literal["Typical set"] = "Typical set"
    temperature: Temperature = 1.0
    seed: Seed = 0

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        _, labels = made
        z = warmed(flow, COUNT - 1, self.temperature, self.seed)
        frames = frames_of(flow, z, labels_for_all(labels, COUNT))
        return FramesResult(image_grid(frames.images, COLUMNS, GAP), frames=frames)


class OutOfDistribution(Drawing):
    """The picture turned, blurred and shuffled, noise, and examples of other models."""

    likelihood: Literal["Out of distribution"] = "Out of distribution"
    seed: Seed = 0
    others: Annotated[
        tuple[PlainName, ...], Field(max_length=MAX_OTHERS), Names("Other models")
    ] = ()

    def draw(self, flow: RealNVP, *made: Any) -> Odd:
        image, labels = made
        odd = out_of_distribution(image, self.seed) | examples_of(self.others, flow.config)
        images = torch.cat([*odd.values()])
        costs = costs_of(flow, images, labels_for_all(labels, len(images)))
        return Odd(image_grid(images, ODD_COLUMNS, GAP), images=odd, costs=costs)


class Likelihood(View):
    """What a picture costs, beside others."""

    page: ClassVar[str] = "likelihood"
    file: ClassVar[str] = "likelihood.png"

    picture: AnyPicture = Example()
    label: Label = None
    look: Annotated[
        Histogram | AnotherSet | TypicalSet | OutOfDistribution,
        Field(discriminator="likelihood"),
        Part(
            "Look at",
            inline=True,
            help="Where the picture stands among others; what pictures of another set cost; where"
            " likely latents are, and where latents are; and what else the model calls likely.",
        ),
    ] = Histogram()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return self.picture.image(flow), labels_of(flow.config, self.label, 1)

    def draw(self, flow: RealNVP, *made: Any) -> Result:
        return self.look.draw(flow, *made)
