"""A pad between four samples, which moves by itself until somebody takes hold of it."""

from functools import partial

from explorer.ui.pad import Scale, Surface, drag
from realnvp import RealNVP
from realnvp.explore.pads import over_manifold
from realnvp.explore.samples import Samples

SCALES = Scale("φ′", 0, 90, 0, "°"), Scale("φ", 90, 0, 0, "°")


def between_four(flow: RealNVP, samples: Samples) -> None:
    """The manifold through the first four samples, dragged over without sliders."""
    four = samples.z[:4]
    labels = None if samples.labels is None else samples.labels[:4]
    surface = Surface(
        "Between four samples", partial(over_manifold, four, labels), [four, labels], SCALES, "1234"
    )
    drag(flow, surface, key="corners", by_itself=True)
