"""Encode: one picture forwards to its latent, and back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from torch import Tensor

from explorer.views.latents import FromExample
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.types import Label
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.explore.report import Report, report_on
from realnvp.labels import labels_of
from realnvp.viz import GAP, error_map, signed_picture, tile, to_rgb


@dataclass(frozen=True, eq=False)
class RoundTrip(Result):
    """x, z, the way back and what it got wrong, beside each other.

    Args:
        report: the numbers.
        parts: the four pictures, uint8 (H, W, 3) each.
    """

    report: Report = field(kw_only=True)
    parts: Sequence[np.ndarray] = field(kw_only=True)


class Encode(View):
    """A picture goes to its latent, z = f(x), and comes back."""

    page: ClassVar[str] = "encode"
    file: ClassVar[str] = "encoded.png"

    picture: AnyPicture = Example()
    label: Label = None

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.picture.image(flow),)

    def draw(self, flow: RealNVP, *made: Tensor) -> RoundTrip:
        (image,) = made
        report = report_on(flow, image, labels_of(flow.config, self.label, 1))
        parts = [
            to_rgb(report.image)[0],
            signed_picture(flow.picture(report.z)[0]),
            to_rgb(report.reconstruction)[0],
            error_map(report.reconstruction, report.image),
        ]
        pixels = tile(np.stack(parts), columns=len(parts), gap=GAP)
        return RoundTrip(pixels, report=report, parts=parts)

    def latent(self) -> FromExample | None:
        """Its latent as every page can make it: that of an example as it is, else None."""
        picture = self.picture
        if not isinstance(picture, Example) or picture != Example(example=picture.example):
            return None
        return FromExample(example=picture.example, label=self.label)
