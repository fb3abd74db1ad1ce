"""A pad between four samples, which moves by itself until somebody takes hold of it."""

from functools import partial

from explorer.ui.pad import Surface, drag, manifold_scales
from realnvp import RealNVP
from realnvp.explore.pads import over_manifold
from realnvp.explore.samples import Samples


def between_four(flow: RealNVP, samples: Samples) -> None:
    """The manifold through the first four samples, dragged over without sliders."""
    four = samples.z[:4]
    labels = None if samples.labels is None else samples.labels[:4]
    points, scales = partial(over_manifold, four, labels), manifold_scales(90)
    surface = Surface("Between four samples", points, [four, labels], scales, "1234")
    drag(flow, surface, key="corners", by_itself=True)
