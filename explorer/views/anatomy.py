"""Anatomy: one step of a picture, or of a sample, through the flow."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from explorer.step_maps import sheet
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Choice, Part, Whole, WholeSlider
from explorer.views.types import Label, OwnTemperature, Seed
from explorer.views.view import Settings, View
from realnvp import RealNVP
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip, trace_back
from realnvp.labels import labels_of

MAX_STEPS = 999
MAX_SIDE = 4096
_PIXEL = (
    "Of the pixel whose numbers are shown, from 0 at the top left. Follow one through all steps:"
    " when is it changed, and when only looked at?"
)


class OfPicture(Settings):
    """A picture goes to its latent and back: x → z → x."""

    start: Literal["a picture"] = "a picture"
    picture: AnyPicture = Example()
    label: Label = None

    def given(self, flow: RealNVP) -> Tensor:
        """The picture, uint8 (1, C, H, W)."""
        return self.picture.image(flow)

    def steps(self, flow: RealNVP, given: Tensor) -> list[Step]:
        return round_trip(flow, given, labels_of(flow.config, self.label, 1))


class OfSample(Settings):
    """A sample starts as noise and only goes back: z → x."""

    start: Literal["a sample"] = "a sample"
    seed: Seed = 0
    temperature: OwnTemperature = 0.7
    label: Label = None

    def given(self, flow: RealNVP) -> Tensor:
        """Its latent, (1, D)."""
        return flow.draw(1, self.temperature, torch.Generator().manual_seed(self.seed))

    def steps(self, flow: RealNVP, given: Tensor) -> list[Step]:
        return trace_back(flow, given, labels_of(flow.config, self.label, 1))


@dataclass(frozen=True, eq=False)
class StepSheet(Result):
    """All maps of one step."""

    step: Step = field(kw_only=True)


class Anatomy(View):
    """One step on the way through the flow.

    Args:
        step: from 1; beyond the last it is the last.
        row, column: the pixel that is looked at, from 0; nothing of the picture depends on it.
    """

    page: ClassVar[str] = "anatomy"
    file: ClassVar[str] = "step.png"

    subject: Annotated[
        OfPicture | OfSample,
        Field(discriminator="start"),
        Part(
            "Start from",
            inline=True,
            help="A picture goes forwards to its latent and back again: x → z → x. A sample starts"
            " as noise and only goes back: z → x. Look for the step at which there is something to"
            " see.",
        ),
    ] = OfPicture()
    step: Annotated[
        int,
        WholeSlider(
            "Step",
            1,
            MAX_STEPS,
            width=420,
            help="The same as the bars above. From left to right: bytes, logits, the levels, z; of"
            " a picture then all the way back. Watch where the picture is lost, and where it"
            " returns.",
        ),
    ] = 3
    layout: Annotated[
        Literal["at their pixels", "as channels"],
        Choice(
            "Variables",
            help="At their pixels every variable stays where it was born, so that the picture can"
            " be recognised. As channels they lie as the network sees them: only so a squeeze can"
            " be seen.",
        ),
    ] = "at their pixels"
    row: Annotated[int, Whole("Row", 0, MAX_SIDE, width=110, help=_PIXEL)] = 0
    column: Annotated[int, Whole("Column", 0, MAX_SIDE, width=110, help=_PIXEL)] = 0

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        height, width = flow.config.image_size
        return {"row": height // 2, "column": width // 2 + 1}

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.subject.steps(flow, self.subject.given(flow)),)

    def draw(self, flow: RealNVP, *made: Any) -> StepSheet:
        (steps,) = made
        step = steps[min(self.step, len(steps)) - 1]
        return StepSheet(sheet(step, self.layout), step=step)
