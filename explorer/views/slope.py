"""Slope: a curve bends a histogram, and its slope is the Jacobian."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from torch import Tensor

from explorer.figures.bent_histogram import bent_histogram
from explorer.views.result import Result
from explorer.views.settings import MAX_SEED, SeedField, Slider
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.toy.curve import Curve

COUNT = 20_000  # samples


@dataclass(frozen=True, eq=False)
class Bent(Result):
    """The curve with its histograms.

    Args:
        data: x of the samples, float64 (n,).
    """

    data: Tensor = field(kw_only=True)


class Slope(View):
    """A flow of one number with its samples."""

    page: ClassVar[str] = "slope"
    file: ClassVar[str] = "slope.png"
    needs_model: ClassVar[bool] = False

    inside: Annotated[
        float,
        Slider(
            "Slope in the middle",
            0.1,
            4.0,
            0.1,
            help="How far the curve stretches there. Below 1 it squeezes: the data thin out, down"
            " to two heaps with a gap between them. Above 1 they crowd.",
        ),
    ] = 0.2
    outside: Annotated[
        float,
        Slider(
            "Slope outside",
            0.4,
            2.0,
            0.1,
            help="Far from the middle. The steeper, the closer together lie all the data.",
        ),
    ] = 1.0
    middle: Annotated[
        float,
        Slider("Where the middle is", -2.0, 2.0, 0.1, help="The heaps become of unequal size."),
    ] = 0.0
    at: Annotated[
        float,
        Slider(
            "Look at x =",
            -3.0,
            3.0,
            0.1,
            help="The red line: up to the curve, and over to the latent of x. The numbers are of"
            " this place.",
        ),
    ] = 0.0
    seed: Annotated[
        int,
        SeedField(
            "Seed", 0, MAX_SEED, width=88, help="Of the samples. The formula does not change."
        ),
    ] = 0

    def curve(self) -> Curve:
        """The flow."""
        return Curve(self.outside, self.inside, self.middle)

    def draw(self, flow: RealNVP | None, *made: Any) -> Bent:
        curve = self.curve()
        z, x = curve.sample(COUNT, self.seed)
        return Bent(bent_histogram(curve, z, x, self.at), data=x)

    def run(self, flow: RealNVP | None = None) -> Bent:
        return self.draw(flow)
