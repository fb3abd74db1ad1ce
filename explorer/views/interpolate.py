"""Interpolate: between latents, along a path, over the manifold of four, at a place of a pad."""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from explorer.views.latents import AnyLatent, FromSeed, Latent, joined
from explorer.views.result import FramesResult
from explorer.views.settings import (
    MAX_LEVELS,
    MAX_SEED,
    Choice,
    Dice,
    Part,
    Switch,
    Whole,
    WholeSlider,
)
from explorer.views.types import Place
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.explore.frames import frames_of, labels_along
from realnvp.explore.pads import (
    Points,
    grid_angles,
    labels_over,
    over_levels,
    over_manifold,
    over_plane,
)
from realnvp.explore.paths import path
from realnvp.explore.surfaces import manifold
from realnvp.viz import GAP, image_grid, to_rgb

COLUMNS = 9  # frames in a row of the strip, at most

A, B, C, D = (FromSeed(seed=seed) for seed in (1, 2, 3, 4))
Turn = Annotated[
    Literal["quarter", "full"],
    Choice(
        "Turn",
        help="How far φ and φ′ go. A quarter has the four latents in its corners; a full turn, as"
        " in the paper, comes back to where it starts, past the negative of each latent.",
    ),
]
_LEVEL = "Level 1 is the finest."


def columns_of(frames: int) -> int:
    """Frames in a row of the strip: rows of nearly one length."""
    return math.ceil(frames / math.ceil(frames / COLUMNS))


class Path(Drawing):
    """Frames on a path that meets A, B, and C and D where there are more stops."""

    view: Literal["Path"] = "Path"
    path: Annotated[
        Literal["spherical", "linear", "norm-corrected"],
        Choice(
            "Path",
            help="How to go from one latent to the next. Compare the middle frames of the three.",
        ),
    ] = "spherical"
    stops: Annotated[
        Literal[2, 3, 4],
        Choice("Latents", help="The path meets each of them: A, B, C, D."),
    ] = 2
    frames: Annotated[
        int,
        WholeSlider(
            "Frames",
            5,
            33,
            width=260,
            help="Pictures along the path, those of the latents included. Many make an even film.",
        ),
    ] = 9
    a: AnyLatent = A
    b: AnyLatent = B
    c: AnyLatent = C
    d: AnyLatent = D

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return tuple(x.make(flow) for x in (self.a, self.b, self.c, self.d)[: self.stops])

    def draw(self, flow: RealNVP, *made: Latent) -> FramesResult:
        latents, labels = joined(made)
        z = path(latents, self.frames, self.path)
        frames = frames_of(flow, z, labels_along(labels, self.frames))
        return FramesResult(image_grid(frames.images, columns_of(self.frames), GAP), frames=frames)


class Four(Drawing):
    """Latents in the corners of the paper's manifold."""

    a: AnyLatent = A
    b: AnyLatent = B
    c: AnyLatent = C
    d: AnyLatent = D
    turn: Turn = "quarter"

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return tuple(x.make(flow) for x in (self.a, self.b, self.c, self.d))


class Manifold(Four):
    """The paper's manifold through A, B, C and D, as a grid."""

    view: Literal["Manifold"] = "Manifold"

    def draw(self, flow: RealNVP, *made: Latent) -> FramesResult:
        latents, labels = joined(made)
        angles = grid_angles(self.turn)
        z, labels = manifold(latents, angles, angles), labels_over(labels, angles, angles)
        frames = frames_of(flow, z, labels, with_bits=False)
        return FramesResult(image_grid(frames.images, len(angles), GAP), frames=frames)


class OverManifold(Four):
    """A pad over that manifold."""

    over: Literal["four latents"] = "four latents"

    def points(self, flow: RealNVP, made: tuple[Latent, ...], xs: Any, ys: Any) -> Points:
        return over_manifold(*joined(made), xs, ys, self.turn)


class One(Drawing):
    """A pad around one latent."""

    a: AnyLatent = A

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.a.make(flow),)


class OverPlane(One):
    """A plane through A, of two directions by chance."""

    over: Literal["a plane"] = "a plane"
    plane: Annotated[
        int,
        Dice(
            "Directions",
            0,
            MAX_SEED,
            width=130,
            help="The seed of the two directions, at right angles to each other and to A.",
            drawn="Two directions by chance.",
        ),
    ] = 0
    keep_norm: Annotated[
        bool,
        Switch(
            "Keep the norm",
            help="Stay on the sphere of A. Without, ‖z‖ grows towards the corners: colours become"
            " harsh, as at a high temperature.",
        ),
    ] = True

    def points(self, flow: RealNVP, made: tuple[Latent, ...], xs: Any, ys: Any) -> Points:
        (a,) = made
        return over_plane(a.z, a.labels, xs, ys, self.plane, keep_norm=self.keep_norm)


class OverLevels(One):
    """The temperatures of two levels of A."""

    over: Literal["two levels"] = "two levels"
    across: Annotated[int, Whole("Left to right: level", 1, MAX_LEVELS, width=170, help=_LEVEL)] = 1
    up: Annotated[int, Whole("Bottom to top: level", 1, MAX_LEVELS, width=170, help=_LEVEL)] = 3

    @classmethod
    def fits(cls, flow: RealNVP) -> bool:
        return flow.config.num_levels > 1

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        return {"up": flow.config.num_levels}

    @model_validator(mode="after")
    def _differ(self) -> "OverLevels":
        if self.across == self.up:
            raise PydanticCustomError("same_levels", "the two levels must differ")
        return self

    def points(self, flow: RealNVP, made: tuple[Latent, ...], xs: Any, ys: Any) -> Points:
        (a,) = made
        levels = self.across - 1, self.up - 1
        return over_levels(flow, a.z, a.labels, xs, ys, levels)


class Pad(Drawing):
    """The picture at a place of a pad: x and y go from -1, left and bottom, to 1."""

    view: Literal["Pad"] = "Pad"
    over: Annotated[
        OverManifold | OverPlane | OverLevels,
        Field(discriminator="over"),
        Part(
            "Drag over",
            inline=True,
            help="The manifold of four latents, a plane of directions drawn by chance through A,"
            " or the temperatures of two levels of A.",
        ),
    ] = OverManifold()
    x: Place = 0.0
    y: Place = 0.0

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return self.over.made(flow)

    def draw(self, flow: RealNVP, *made: Latent) -> FramesResult:
        z, labels = self.over.points(flow, made, [self.x], [self.y])
        frames = frames_of(flow, z, labels)
        return FramesResult(to_rgb(frames.images)[0], frames=frames)


class Interpolate(View):
    """Pictures between latents."""

    page: ClassVar[str] = "interpolate"
    file: ClassVar[str] = "interpolation.png"

    way: Annotated[
        Pad | Path | Manifold,
        Field(discriminator="view"),
        Part(
            "View",
            inline=True,
            help="A square to drag in, live; along a path; or over the surface of four latents.",
        ),
    ] = Pad()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return self.way.made(flow)

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        return self.way.draw(flow, *made)
