"""Anatomy: one step of a picture, or of a sample, through the flow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field

from explorer.step_maps import sheet
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Choice, Part, Whole
from explorer.views.types import Label, Seed, Temperature
from explorer.views.view import Settings, View
from realnvp import RealNVP
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip, trace_back
from realnvp.labels import labels_of

MAX_STEPS = 999
MAX_SIDE = 4096


class OfPicture(Settings):
    """A picture goes to its latent and back: x → z → x."""

    start: Literal["a picture"] = "a picture"
    picture: AnyPicture = Example()
    label: Label = None

    def steps(self, flow: RealNVP) -> Sequence[Step]:
        return round_trip(flow, self.picture.image(flow), labels_of(flow.config, self.label, 1))


class OfSample(Settings):
    """A sample starts as noise and only goes back: z → x."""

    start: Literal["a sample"] = "a sample"
    seed: Seed = 0
    temperature: Temperature = 0.7
    label: Label = None

    def steps(self, flow: RealNVP) -> Sequence[Step]:
        z = flow.draw(1, self.temperature, torch.Generator().manual_seed(self.seed))
        return trace_back(flow, z, labels_of(flow.config, self.label, 1))


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

    subject: Annotated[OfPicture | OfSample, Field(discriminator="start"), Part(inline=True)] = (
        OfPicture()
    )
    step: Annotated[int, Whole("Step", 1, MAX_STEPS)] = 1
    layout: Annotated[Literal["at their pixels", "as channels"], Choice("Layout")] = (
        "at their pixels"
    )
    row: Annotated[int, Whole("Row", 0, MAX_SIDE)] = 0
    column: Annotated[int, Whole("Column", 0, MAX_SIDE)] = 0

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.subject.steps(flow),)

    def draw(self, flow: RealNVP, *made: Any) -> StepSheet:
        (steps,) = made
        step = steps[min(self.step, len(steps)) - 1]
        return StepSheet(sheet(step, self.layout), step=step)
