"""What the model answers of one picture, each question asked once."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from torch import Tensor

from explorer.ui.cache import cached, label_key
from explorer.ui.models import run_cached
from explorer.views.encode import Encode, RoundTrip
from explorer.views.view import drawn
from realnvp import RealNVP
from realnvp.explore.bits_by_part import BitsByPart, bits_by_part
from realnvp.explore.label_costs import label_costs
from realnvp.explore.out_of_distribution import Costs, costs_of
from realnvp.explore.report import Report, bits_over_noise, report_on

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of a model, kept for this visitor until picture, label or model change.

    Who asks what another visitor asked, as a class does, gets the same answer.

    Args:
        image: uint8 (1, C, H, W).
        labels: of one picture, as the flow takes them.
    """

    flow: RealNVP
    checkpoint: str
    image: Tensor
    labels: Tensor | None

    def round_trip(self, view: Encode) -> RoundTrip:
        """What the view of this picture and label shows."""
        return self._cached("round_trip", lambda: run_cached(drawn, self.flow, view, self.image))

    def report(self) -> Report:
        """Its numbers alone."""
        return self._asked("report", report_on)

    def bits_by_part(self) -> BitsByPart:
        """Where the bits go."""
        return self._asked("bits_by_part", bits_by_part)

    def costs(self) -> Costs:
        """Prior and volume, of any flow."""
        return self._asked("costs", costs_of)

    def noisy_bits(self) -> Tensor:
        """bits/dim over draws of the dequantization noise, (draws,)."""
        return self._asked("noisy_bits", bits_over_noise)

    def label_costs(self) -> Tensor:
        """Bits under every other label, (A,); only for models that take labels."""
        return self._asked("label_costs", label_costs)

    def _asked(self, name: str, function: Callable[[RealNVP, Tensor, Any], R]) -> R:
        return self._cached(name, lambda: run_cached(function, self.flow, self.image, self.labels))

    def _cached(self, name: str, make: Callable[[], R]) -> R:
        signature = (
            self.checkpoint,
            weakref.ref(self.flow),
            self.image.numpy().tobytes(),
            label_key(self.labels),
        )
        return cached(f"encode_{name}", signature, make)
