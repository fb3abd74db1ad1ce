"""Multi-scale: what the levels of a latent hold. A new experiment is one class here and in `Kinds`.

Levels are counted as people do, from 1, the finest. A latent's variants are decoded in one batch,
in the order in which they are shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor

from explorer.views.discs import PaintedDiscs
from explorer.views.latents import AnyLatent, FromSeed, Latent
from explorer.views.result import FramesResult
from explorer.views.settings import (
    MAX_LEVELS,
    MAX_TEMPERATURE,
    Choice,
    Factors,
    LevelsField,
    Part,
)
from explorer.views.types import OwnTemperature, Seed
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.explore.brush import clamped, painted
from realnvp.explore.combinations import ablations, coarsest_labels, crosses, swap_choices
from realnvp.explore.compression import FRACTIONS, compress
from realnvp.explore.frames import frames_of, repeat_labels
from realnvp.explore.levels import resample, spread, temper
from realnvp.explore.pixel_masks import paste
from realnvp.explore.relabelling import other_labels
from realnvp.viz import GAP, error_map, image_grid, level_map, sequential, signed_picture

DIFFERENCE = "difference.png"
LIMIT = 64  # difference in steps of 1/255 at the ends of the colours
SPREAD = "spread.png"
MAP_COLUMNS = 12  # channels of a level beside each other
_MANY = Field(max_length=MAX_LEVELS)


def indices(levels: Sequence[int]) -> list[int]:
    """Levels as the core counts them, from 0."""
    return [level - 1 for level in levels]


def label_columns(count: int) -> int:
    """Of one picture under `count` labels."""
    return min(count, 5 if count <= 20 else 8)


def combined_columns(num_levels: int) -> int:
    """Of all combinations: the finer half of the levels varies along a row."""
    return int(2 ** ((num_levels + 1) // 2))


def _grid(flow: RealNVP, z: Tensor, labels: Tensor | None, columns: int) -> FramesResult:
    frames = frames_of(flow, z, labels, with_bits=False)
    return FramesResult(image_grid(frames.images, columns, GAP), frames=frames)


class Experiment(Drawing):
    """One thing that is done with the levels of A, and of B where it has the field `b`."""

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Variants(FramesResult):
    """Variants of a latent.

    Args:
        deviation: standard deviation of each pixel over them, 0 to 255, (H, W).
    """

    deviation: Tensor = field(kw_only=True)


class Resample(Experiment):
    """Variants of A with new noise in the chosen levels, and the spread of each pixel."""

    show: Literal["Resample"] = "Resample"
    levels: Annotated[
        tuple[int, ...],
        _MANY,
        LevelsField(
            "New noise in levels",
            help="What still looks like A is held by the levels that are not chosen.",
        ),
    ] = Field((1,), alias="resampled")
    variants: Annotated[
        Literal[16, 36, 64],
        Choice("Variants", help="More variants make the map of the spread smoother."),
    ] = 16
    seed: Seed = 0
    temperature: OwnTemperature = 0.7

    def draw(self, flow: RealNVP, *latents: Latent) -> Variants:
        (a,) = latents
        noise = torch.Generator().manual_seed(self.seed)
        z = resample(flow, a.z, indices(self.levels), self.variants, noise, self.temperature)
        shown = _grid(flow, z, repeat_labels(a.labels, len(z)), math.isqrt(self.variants))
        deviation = spread(shown.frames.images)
        others = {SPREAD: sequential(deviation.numpy(), 0, float(deviation.max()))}
        return Variants(shown.pixels, others=others, frames=shown.frames, deviation=deviation)


@dataclass(frozen=True, eq=False)
class Rows(FramesResult):
    """A and its variants, a row for each level.

    Args:
        deviations: for each level, the standard deviation of a pixel over the variants, root mean
            square over the pixels, in 1/255.
    """

    deviations: list[float] = field(kw_only=True)


class EveryLevel(Experiment):
    """For each level a row: A, and variants of it with new noise in that level alone."""

    show: Literal["Every level"] = "Every level"
    each: Annotated[
        Literal[5, 8, 12],
        Choice("Variants of each", help="What a row has in common, the other levels hold."),
    ] = 5
    seed: Seed = 0
    temperature: OwnTemperature = 0.7

    def draw(self, flow: RealNVP, *latents: Latent) -> Rows:
        (a,) = latents
        rows = []
        for level in range(flow.config.num_levels):
            noise = torch.Generator().manual_seed(self.seed)
            rows += [a.z, resample(flow, a.z, [level], self.each, noise, self.temperature)]
        z = torch.cat(rows)
        shown = _grid(flow, z, repeat_labels(a.labels, len(z)), 1 + self.each)
        variants = shown.frames.images.unflatten(0, (-1, 1 + self.each))[:, 1:]
        deviations = [float(spread(row).square().mean().sqrt()) for row in variants]
        return Rows(shown.pixels, frames=shown.frames, deviations=deviations)


class Zero(Experiment):
    """A without each level, and each level of A alone."""

    show: Literal["Zero"] = "Zero"

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        (a,) = latents
        z = ablations(flow, a.z)
        return _grid(flow, z, repeat_labels(a.labels, len(z)), len(z) // 2)


class Warmed(Experiment):
    """A beside A with each level times a factor of its own."""

    show: Literal["Temperature"] = "Temperature"
    factors: Annotated[
        tuple[float, ...],
        Field(min_length=1, max_length=MAX_LEVELS),
        Factors(
            "Level",
            0.0,
            MAX_TEMPERATURE,
            0.05,
            width=200,
            help="The level's latents are multiplied by this: 1 leaves them as they are, 0 is their"
            " most likely value. Look at the difference to see where it acts.",
        ),
    ] = Field((0.0, 1.0, 1.0), alias="factor")

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        return {"factors": (0.0, *(1.0,) * (flow.config.num_levels - 1))}  # something to see

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        (a,) = latents
        z = torch.cat([a.z, temper(flow, a.z, list(self.factors))])
        return _with_difference(_grid(flow, z, repeat_labels(a.labels, 2), 2))


class Swap(Experiment):
    """A with B's levels, B with A's, and every mixture of the two."""

    show: Literal["Swap"] = "Swap"
    b: AnyLatent = FromSeed(seed=2)
    levels: Annotated[
        tuple[int, ...],
        _MANY,
        LevelsField("Levels to exchange", help="Look at which of the two a mixture takes after."),
    ] = Field((3,), alias="swapped")

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        return {"levels": (flow.config.num_levels,)}

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        a, b = latents
        chosen = swap_choices(flow.config.num_levels, indices(self.levels))
        labels = coarsest_labels(flow, a.labels, b.labels, chosen)
        frames = frames_of(flow, crosses(flow, a.z, b.z, chosen), labels, with_bits=False)
        columns = combined_columns(flow.config.num_levels)
        rest = frames.images[4:]
        others = {"combinations.png": image_grid(rest, columns, GAP)} if len(rest) else {}
        return FramesResult(image_grid(frames.images[:4], 4, GAP), others=others, frames=frames)


class Compress(Experiment):
    """A with ever fewer of its latents; the rest at 0, then new."""

    show: Literal["Compress"] = "Compress"
    rows: Annotated[
        Literal[1, 2, 4],
        Choice(
            "Rows with new noise",
            help="What all rows have in common was kept; what differs was made up.",
        ),
    ] = 2
    seed: Seed = 0
    temperature: OwnTemperature = 0.7

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        (a,) = latents
        noise = torch.Generator().manual_seed(self.seed)
        still = compress(flow, a.z)
        varied = compress(flow, a.z.repeat(self.rows, 1), FRACTIONS, noise, self.temperature)
        z = torch.cat([still, varied])
        return _grid(flow, z, repeat_labels(a.labels, len(z)), len(FRACTIONS))


class Paste(Experiment):
    """A with B's latents where the brush has been."""

    show: Literal["Paste"] = "Paste"
    b: AnyLatent = FromSeed(seed=2)
    levels: Annotated[
        tuple[int, ...],
        _MANY,
        LevelsField(
            "Levels to paste",
            help="The coarsest alone changes what is there; the finest alone only its surface.",
        ),
    ] = Field((1, 2, 3), alias="pasted")
    discs: PaintedDiscs = ((16.0, 16.0, 8.0),)

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        height, width = size = flow.config.image_size
        disc = clamped((height / 2, width / 2, max(size) / 4), size)
        return {"levels": tuple(range(1, flow.config.num_levels + 1)), "discs": (disc,)}

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        a, b = latents
        mask = painted(self.discs, flow.config.image_size)
        z = torch.cat([a.z, paste(flow, a.z, b.z, mask, indices(self.levels))])
        frames = frames_of(flow, z, repeat_labels(a.labels, 2), with_bits=False)
        shown = FramesResult(image_grid(frames.images[1:], 1, GAP), frames=frames)
        return _with_difference(shown)


class Maps(Experiment):
    """The latent of A at its pixels, and channel by channel."""

    show: Literal["Maps"] = "Maps"

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        (a,) = latents
        maps = {
            f"level_{number}.png": level_map(level[0], columns=min(len(level[0]), MAP_COLUMNS))
            for number, level in enumerate(flow.unpack(a.z), start=1)
        }
        frames = frames_of(flow, a.z, a.labels, with_bits=False)
        return FramesResult(signed_picture(flow.picture(a.z)[0]), others=maps, frames=frames)


class Relabel(Experiment):
    """A under every label of a conditional model."""

    show: Literal["Label"] = "Label"

    @classmethod
    def fits(cls, flow: RealNVP) -> bool:
        return flow.config.label_kind is not None

    def draw(self, flow: RealNVP, *latents: Latent) -> FramesResult:
        (a,) = latents
        if a.labels is None:
            raise ValueError("this model is unconditional: there is no other label")
        labels = other_labels(flow.config, a.labels)
        return _grid(flow, a.z.repeat(len(labels), 1), labels, label_columns(len(labels)))


def _with_difference(shown: FramesResult) -> FramesResult:
    """And the second picture less the first."""
    images = shown.frames.images
    others = {DIFFERENCE: error_map(images[1:], images[:1], LIMIT)}
    return FramesResult(shown.pixels, others=others, frames=shown.frames)


Kinds = EveryLevel | Resample | Zero | Warmed | Swap | Compress | Paste | Maps | Relabel


class Multiscale(View):
    """An experiment with the levels of A."""

    page: ClassVar[str] = "multiscale"
    file: ClassVar[str] = "multiscale.png"

    a: AnyLatent = FromSeed(seed=1)
    experiment: Annotated[
        Kinds,
        Field(discriminator="show"),
        Part(
            "What is done with the levels",
            inline=True,
            help="The model lays half of its variables down at each level, the finest first. Each"
            " of these changes some levels and keeps the others: look at what goes with which.",
        ),
    ] = EveryLevel()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        others = [self.experiment.b] if hasattr(self.experiment, "b") else []
        return tuple(latent.make(flow) for latent in (self.a, *others))

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        return self.experiment.draw(flow, *made)
