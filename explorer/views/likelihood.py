"""Likelihood: what a picture costs, beside other pictures."""

from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from explorer.examples import strangers
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Names, Part
from explorer.views.types import Label, PlainName, Seed, Temperature
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.explore.oddities import oddities
from realnvp.explore.typical import warmed
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid

COUNT = 16  # samples
MAX_STRANGERS = 7  # pictures from other models
COLUMNS, ODD_COLUMNS = 8, 7


class Histogram(Drawing):
    """Samples, whose bits/dim are compared with those of the test set."""

    likelihood: Literal["Histogram"] = "Histogram"
    temperature: Temperature = 1.0
    seed: Seed = 0

    def pictures(self, flow: RealNVP, image: Tensor, labels: Tensor | None) -> Tensor:
        noise = torch.Generator().manual_seed(self.seed)
        return flow.decode(flow.draw(COUNT, self.temperature, noise), labels)


class TypicalSet(Drawing):
    """One noise from cold to warm."""

    likelihood: Literal["Typical set"] = "Typical set"
    temperature: Temperature = 1.0
    seed: Seed = 0

    def pictures(self, flow: RealNVP, image: Tensor, labels: Tensor | None) -> Tensor:
        return flow.decode(warmed(flow, COUNT - 1, self.temperature, self.seed), labels)


class OddOnesOut(Drawing):
    """The picture turned, blurred and shuffled, noise, and examples of other models."""

    likelihood: Literal["Odd ones out"] = "Odd ones out"
    seed: Seed = 0
    strangers: Annotated[
        tuple[PlainName, ...], Field(max_length=MAX_STRANGERS), Names("Other models")
    ] = ()

    def pictures(self, flow: RealNVP, image: Tensor, labels: Tensor | None) -> Tensor:
        odd = oddities(image, self.seed) | strangers(flow.config, self.strangers)
        return torch.cat(list(odd.values()))


class Likelihood(View):
    """What a picture costs, beside others."""

    page: ClassVar[str] = "likelihood"
    file: ClassVar[str] = "likelihood.png"

    picture: AnyPicture = Example()
    label: Label = None
    look: Annotated[
        Histogram | TypicalSet | OddOnesOut, Field(discriminator="likelihood"), Part(inline=True)
    ] = Histogram()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.picture.image(flow),)

    def draw(self, flow: RealNVP, *made: Tensor) -> Result:
        (image,) = made
        images = self.look.pictures(flow, image, labels_of(flow.config, self.label, COUNT))
        columns = ODD_COLUMNS if isinstance(self.look, OddOnesOut) else COLUMNS
        return Result(image_grid(images, columns, GAP))
