"""Repair: what a model imagines where a part of a picture is not known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from explorer.views.discs import PaintedDiscs
from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import FramesResult
from explorer.views.settings import (
    MAX_TEMPERATURE,
    Choice,
    ModelTemperature,
    Part,
    Range,
    SeedField,
    Slider,
    WholeSlider,
)
from explorer.views.types import SEED, Label
from explorer.views.view import Settings, View
from realnvp import RealNVP
from realnvp.explore.brush import clamped, painted
from realnvp.explore.frames import Frames, labels_for_all, norm_ratios
from realnvp.explore.inverse_problems import Problem, Search, State, advance, begin, look
from realnvp.explore.measurements import (
    BlockMeans,
    Hole,
    Luminance,
    Measurement,
    Noisy,
    half,
    psnr,
)
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid, to_rgb

SEEDS = 4  # pictures that are looked for at once
COLUMNS = 2  # of those
MAX_STEPS = 200
COLDEST = 0.1  # at 0 the prior would leave nothing to look for
KNOWN = "known.png"
MASKED = 128  # grey of what is missing, where it is shown


class Missing(Settings):
    """What is not known of a picture."""

    def measurement(self, size: tuple[int, int]) -> Measurement:
        """What is known of pictures of this size, (H, W)."""
        raise NotImplementedError


class Painted(Missing):
    """The pixels where a brush has been."""

    missing: Literal["Paint"] = "Paint"
    discs: PaintedDiscs = Field(((22.0, 16.0, 6.0),), alias="hole")

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        height, width = size = flow.config.image_size  # of a face, about the mouth
        return {"discs": (clamped((0.69 * height, width / 2, 0.19 * max(size)), size),)}

    def measurement(self, size: tuple[int, int]) -> Measurement:
        return Hole(painted(self.discs, size))


class Boxed(Missing):
    """The pixels in a box."""

    missing: Literal["Box"] = "Box"
    rows: Annotated[
        tuple[float, float],
        Range(
            "Rows of the box",
            0.0,
            100.0,
            0.1,
            format="%.1f %%",
            help="From the top: where the box begins, and where it ends.",
        ),
    ] = Field((50.0, 87.5), alias="box_rows")
    columns: Annotated[
        tuple[float, float],
        Range(
            "Columns of the box",
            0.0,
            100.0,
            0.1,
            format="%.1f %%",
            help="From the left: where the box begins, and where it ends.",
        ),
    ] = Field((25.0, 75.0), alias="box_columns")

    def sides(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, in pixels."""
        (top, bottom), (left, right) = (
            [round(percent * length / 100) for percent in range_]
            for range_, length in zip((self.rows, self.columns), size, strict=True)
        )
        return left, top, right, bottom

    def measurement(self, size: tuple[int, int]) -> Measurement:
        left, top, right, bottom = self.sides(size)
        missing = torch.zeros(size, dtype=torch.bool)
        missing[top:bottom, left:right] = True
        return Hole(missing)


class HalfMissing(Missing):
    """One half of the picture."""

    missing: Literal["Half"] = "Half"
    side: Annotated[
        Literal["left", "right", "upper", "lower"],
        Choice("The half that is missing", help="The model has seen faces from both sides alike."),
    ] = Field("left", alias="half")

    def measurement(self, size: tuple[int, int]) -> Measurement:
        return Hole(half(size, self.side))


class Colourise(Missing):
    """All colour: the luminance is known."""

    missing: Literal["Colour"] = "Colour"

    @classmethod
    def fits(cls, flow: RealNVP) -> bool:
        return flow.config.channels == 3

    def measurement(self, size: tuple[int, int]) -> Measurement:
        return Luminance()


class Enlarge(Missing):
    """All detail: the means of blocks of pixels are known."""

    missing: Literal["Detail"] = "Detail"
    times: Annotated[
        Literal[2, 4],
        Choice(
            "Enlarge",
            help="How many pixels a side become one: 4 leaves a sixteenth of the numbers.",
        ),
    ] = Field(4, alias="enlarge")

    def measurement(self, size: tuple[int, int]) -> Measurement:
        return BlockMeans(self.times)


class Denoise(Missing):
    """What noise has covered: the picture plus noise is known."""

    missing: Literal["Noise"] = "Noise"
    strength: Annotated[
        float,
        Slider(
            "Strength of the noise",
            5.0,
            80.0,
            1.0,
            format="%.0f",
            help="Its standard deviation, in grey levels of 255. The model is told.",
        ),
    ] = 30.0

    def measurement(self, size: tuple[int, int]) -> Measurement:
        return Noisy(self.strength)


Kinds = Painted | Boxed | HalfMissing | Colourise | Enlarge | Denoise


@dataclass(frozen=True, eq=False)
class Repaired(FramesResult):
    """Pictures that fit what is known, one for each seed.

    Args:
        state: of the search, where it ended.
        shown: what is known as a picture, uint8 (H, W, 3): as large as the others.
        filled: the plainest picture that fits, uint8 (1, C, H, W).
        truth: the picture itself, uint8 (1, C, H, W).
        truth_bits: bits/dim of it.
        psnr: of each picture, dB, (n,): in a hole; without one, over the whole picture.
        filled_psnr: the same of `filled`.
        spread: standard deviation over the seeds there, in grey levels.
    """

    state: State = field(kw_only=True)
    shown: np.ndarray = field(kw_only=True)
    filled: Tensor = field(kw_only=True)
    truth: Tensor = field(kw_only=True)
    truth_bits: float = field(kw_only=True)
    psnr: Sequence[float] = field(kw_only=True)
    filled_psnr: float = field(kw_only=True)
    spread: float = field(kw_only=True)


class Repair(View):
    """Four pictures that a model could imagine where one is not known."""

    page: ClassVar[str] = "repair"
    file: ClassVar[str] = "repaired.png"

    picture: AnyPicture = Example()
    label: Label = None
    problem: Annotated[
        Kinds,
        Field(discriminator="missing"),
        Part(
            "What is missing",
            inline=True,
            help="A part of the picture, which you paint or frame; one half of it; its colours; its"
            " detail; or what noise has covered. The model sees only the rest.",
        ),
    ] = Painted()
    temperature: Annotated[
        float,
        ModelTemperature(
            "Temperature",
            COLDEST,
            MAX_TEMPERATURE,
            0.05,
            width=220,
            help="T of the prior. A low one asks for likelier latents: plainer, and more alike.",
        ),
    ] = 0.7
    seed: Annotated[
        int,
        SeedField(
            SEED.label,
            SEED.low,
            SEED.high,
            width=SEED.width,
            help="The noise from which the four searches start. Another seed, another answer.",
        ),
    ] = 0
    steps: Annotated[
        int,
        WholeSlider(
            "Steps", 1, MAX_STEPS, help="Of Adam. The tolerance falls from loose to strict in them."
        ),
    ] = 100
    until: Annotated[
        int,
        WholeSlider(
            "Stop at step",
            1,
            MAX_STEPS,
            help="To look at what there is on the way; Stop sets it, Go on takes it away.",
        ),
    ] = MAX_STEPS
    moves: Annotated[
        Literal["latent", "pixels"],
        Choice(
            "Adam moves",
            help="The latent, or the pixels themselves: the same density, and the same steps.",
        ),
    ] = "latent"

    @property
    def stop(self) -> int:
        """The step at which the search ends."""
        return min(self.until, self.steps)

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.picture.image(flow),)

    def draw(self, flow: RealNVP, *made: Any) -> Repaired:
        (image,) = made
        problem = self.problem_of(flow, image)
        start = begin(flow, problem, self.seed, SEEDS)
        return repaired(flow, image, problem, advance(flow, problem, start, self.stop))

    def problem_of(self, flow: RealNVP, image: Tensor) -> Problem:
        """What is known of this picture, uint8 (1, C, H, W), and how others are looked for."""
        size = (image.shape[2], image.shape[3])
        measurement = self.problem.measurement(size)
        labels = labels_of(flow.config, self.label, 1)
        known = measurement.known(image)
        return Problem(measurement, known, size, labels, self.temperature, self.steps, self.moves)


def repaired(flow: RealNVP, image: Tensor, problem: Problem, search: Search) -> Repaired:
    """What a search for pictures that fit has found, beside the truth, uint8 (1, C, H, W)."""
    state, measurement = look(flow, problem, search), problem.measurement
    sought = measurement.sought(problem.size)
    filled = measurement.filled(problem.known, problem.size)
    labels = labels_for_all(problem.labels, len(state.z))
    frames = Frames(state.z, state.images, norm_ratios(state.z), state.bits_per_dim, labels)
    shown = shown_of(problem)
    there = state.images[:, :, sought].double()
    return Repaired(
        image_grid(state.images, COLUMNS, GAP),
        others={KNOWN: shown},
        frames=frames,
        state=state,
        shown=shown,
        filled=filled,
        truth=image,
        truth_bits=float(flow.bits_per_dim(image, problem.labels)),
        psnr=psnr(state.images, image, sought).tolist(),
        filled_psnr=float(psnr(filled, image, sought)),
        spread=float(there.std(0).mean()) if sought.any() else 0.0,
    )


def shown_of(problem: Problem) -> np.ndarray:
    """What is known as a picture, uint8 (H, W, 3): what is missing is grey."""
    measurement, known = problem.measurement, problem.known
    if isinstance(measurement, Hole):
        return to_rgb(known.where(~measurement.missing, MASKED))[0]
    return to_rgb(measurement.filled(known, problem.size))[0]
