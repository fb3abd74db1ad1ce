"""A flow with everything that the checks need to be made on it."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from torch import Tensor

from realnvp.doctor.pictures import example_pictures, own_samples
from realnvp.flow import RealNVP, dequantize
from realnvp.synthetic_pictures import Kind, out_of_distribution_pictures, together
from realnvp.transforms import NonFiniteError, Transform


@dataclass(frozen=True)
class Layer:
    """A transform of the flow, with what reaches it and what it makes of that.

    Args:
        name: as in a trace, such as "level 1, coupling 2 (checkerboard, keeps odd pixels)".
        transform: the transform itself.
        x, y: input and output, (B, C, H, W).
        labels: the vectors that enter it, (B, num_labels), or None.
    """

    name: str
    transform: Transform
    x: Tensor
    y: Tensor
    labels: Tensor | None


class CheckpointUnderTest:
    """A flow on the CPU, the same in float64, and pictures of several kinds.

    Args:
        flow: never changed.
        examples: folder of example pictures; None if there is none.
    """

    def __init__(self, flow: RealNVP, examples: Path | None = None) -> None:
        self.flow = copy.deepcopy(flow).float().cpu().eval().requires_grad_(False)
        self.double = copy.deepcopy(self.flow).double()
        self._twins = dict(zip(self.flow.modules(), self.double.modules(), strict=True))
        self.examples = examples

    @property
    def card(self) -> dict[str, Any]:
        return self.flow.card

    @cached_property
    def kinds(self) -> list[Kind]:
        """Pictures of every kind; those that the model could not draw are left out."""
        kinds = out_of_distribution_pictures(self.flow.config)
        if self.examples is not None:
            kinds += example_pictures(self.flow.config, self.examples)
        for temperature in (0.7, 1.0):
            try:
                kinds.append(own_samples(self.flow, 8, temperature))
            except NonFiniteError:
                continue  # `draws samples` is a check of its own
        return kinds

    @cached_property
    def every(self) -> Kind:
        """All of them in one batch."""
        return together(self.flow.config, "every kind", [kind.images for kind in self.kinds])

    @cached_property
    def mixed(self) -> Kind:
        """Two pictures of every kind in one batch."""
        return together(
            self.flow.config, "two of every kind", [kind.images[:2] for kind in self.kinds]
        )

    def in_float64(self, layer: Layer) -> Layer:
        """A layer of the flow in float64, on the same numbers."""
        transform = cast(Transform, self._twins[layer.transform])
        x, labels = layer.x.double(), None if layer.labels is None else layer.labels.double()
        return Layer(layer.name, transform, x, transform(x, labels)[0], labels)


def layers_of(flow: RealNVP, kind: Kind) -> Iterator[Layer]:
    """The logit and every transform after it on these pictures."""
    x = dequantize(kind.images, None).to(flow.dtype)
    vectors = flow.label_vectors(kind.labels, len(x))
    before, level = flow.logit(x)[0], 0
    yield Layer("logit", flow.logit, x, before, None)
    for step in flow.multiscale.trace(before, vectors):
        if step.level > level:
            before, level = before.chunk(2, dim=1)[0], step.level
        yield Layer(step.name, step.transform, before, step.output, vectors)
        before = step.output
