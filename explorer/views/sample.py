"""Sample: pictures of one seed."""

import math
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from explorer.views.result import Result
from explorer.views.settings import Choice, Switch
from explorer.views.types import MEASURE, LabelOrEach, LevelTemperatures, Order, Seed
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.explore.samples import Samples, draw_samples
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid


@dataclass(frozen=True, eq=False)
class Drawn(Result):
    """A grid of samples.

    Args:
        samples: in the order in which they are shown.
    """

    samples: Samples = field(kw_only=True)


class Sample(View):
    """Pictures of one seed: noise N(0, T² I) through the inverse."""

    page: ClassVar[str] = "sample"
    file: ClassVar[str] = "samples.png"

    temperature: LevelTemperatures = 0.7
    seed: Seed = 0
    pictures: Annotated[
        Literal[16, 36, 64],
        Choice("Pictures", help="The first 16 of 64 are the same as 16 alone."),
    ] = 64
    times: Annotated[
        Literal[1, 2, 3],
        Choice(
            "Size",
            help="How many times the trained size. The network is convolutional, so larger noise"
            " becomes larger pictures. It was never shown any: texture goes on, faces repeat or"
            " melt.",
        ),
    ] = 1
    order: Annotated[
        Order,
        Choice(
            "Order by bits/dim",
            listed=True,
            width=180,
            help="Fewer bits means more likely. Look at which pictures come first: often the"
            " plainest, not the best.",
        ),
    ] = "as drawn"
    bits: Annotated[
        bool,
        Switch(
            "Show bits/dim",
            help=f"{MEASURE} Uniform noise costs 8.",
        ),
    ] = False
    label: LabelOrEach = None

    @property
    def columns(self) -> int:
        """Of the grid, which is a square."""
        return math.isqrt(self.pictures)

    def draw(self, flow: RealNVP) -> Drawn:
        drawn = draw_samples(
            flow,
            self.pictures,
            self.temperature,
            self.seed,
            labels_of(flow.config, self.label, self.pictures),
            order=self.order,
            with_bits=self.bits,
            times=self.times,
        )
        return Drawn(image_grid(drawn.images, self.columns, GAP), samples=drawn)
