"""Directions: a latent moved along directions, all at once, one or two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import torch
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor

from explorer.views.latents import (
    MAX_PICTURE,
    AnyLatent,
    FromExample,
    FromFile,
    FromSeed,
    FromTray,
    Latent,
    as_label,
)
from explorer.views.result import FramesResult
from explorer.views.settings import (
    MAX_LEVELS,
    MAX_TEXT,
    Choice,
    LevelsField,
    Names,
    Part,
    Query,
    Setting,
    Slider,
    Switch,
    Tuples,
)
from explorer.views.types import Line, Place, file_name
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.config import MAX_LABEL_NAME
from realnvp.direction_file import SELECTION_FILE, read_directions, read_selection
from realnvp.explore.directions import (
    FEWEST,
    MINE,
    SELECTION,
    Directions,
    joined,
    steer,
    walk,
    within,
)
from realnvp.explore.frames import frames_of, repeat_labels
from realnvp.explore.learnt_directions import taught
from realnvp.explore.levels import level_mask
from realnvp.explore.pads import REACH, Points, over_directions
from realnvp.labels import class_named, label_entry, label_names, labels_of
from realnvp.viz import GAP, image_grid, to_rgb

MAX_CHOSEN = 12
MAX_TAUGHT = 12  # pictures of yes, and of no
TAUGHT_TEMPERATURE = 0.7  # of the samples that are taught from

Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LABEL_NAME)]
KeepNorm = Annotated[
    bool,
    Switch(
        "Keep ‖z‖",
        help="Scale back to the norm of A, where the prior has its mass. Without, far steps become"
        " harsh, as at a high temperature; with, everything else shrinks a little.",
    ),
]
Orthogonal = Annotated[
    bool,
    Switch(
        "Orthogonalise",
        help="Free each direction of those chosen before it: moving it leaves their scores alone."
        " Watch the orange bars, and how much weaker the effect becomes.",
    ),
]


_SIDES = f"A is in the middle, −{REACH:.0f} and {REACH:.0f} standard deviations at the sides."


def amount_key(name: str) -> str:
    """The key of a direction's slider, and its query parameter."""
    return f"amount_{name}"


@dataclass(frozen=True)
class Amounts(Tuples):
    """Directions with how far each is moved: a list of names, and a slider for each."""

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        sliders = {amount_key(direction): amount for direction, amount in value}
        return {"directions": [direction for direction, _ in value], **sliders}

    def read(self, name: str, query: Query) -> Any:
        step = Slider("", 0.0, REACH)
        names = [text for text in query.get("directions", ()) if text]
        return [[one, step.value_of(query.get(amount_key(one)) or ["0"])] for one in names]


class Moves(Drawing):
    """One way to move A."""

    def names(self) -> list[str]:
        """The directions that it takes."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _differ(self) -> "Moves":
        if len(set(self.names())) < len(self.names()):
            raise PydanticCustomError("same_directions", "the directions must differ")
        return self


class Sliders(Moves):
    """Several directions at once: A before and after."""

    directions_view: Literal["Sliders"] = "Sliders"
    moves: Annotated[
        tuple[tuple[Name, Annotated[float, Slider("", -REACH, REACH)]], ...],
        Field(max_length=MAX_CHOSEN),
        Amounts(
            "Directions",
            help="Those learnt from labels come first, the best first; then those of most"
            " variance, which nobody named: find out what they do. The order counts when you"
            " orthogonalise.",
        ),
    ] = ()
    orthogonal: Orthogonal = False
    keep_norm: KeepNorm = True

    def names(self) -> list[str]:
        return [name for name, _ in self.moves]

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        a, chosen = made
        return _row(flow, self.moved(a, chosen, [amount for _, amount in self.moves]), a)

    def moved(self, a: Latent, chosen: Directions, amounts: Sequence[float]) -> Tensor:
        """A, and A with each of the chosen directions moved so far: (2, D)."""
        options = {"orthogonalised": self.orthogonal, "keep_norm": self.keep_norm}
        return torch.cat([a.z, steer(chosen, a.z, amounts, **options)])


class Walk(Moves):
    """Along one direction, with A in the middle."""

    directions_view: Literal["Walk"] = "Walk"
    along: Annotated[
        Name,
        Setting(
            "Along", width=220, help="The direction to go along. Where does it stop being a face?"
        ),
    ]
    reach: Annotated[
        float,
        Slider(
            "As far as",
            0.5,
            REACH,
            0.1,
            width=200,
            help="Standard deviations to both sides of A; beyond 3 hardly any picture lies.",
        ),
    ] = 3.0
    frames: Annotated[
        Literal[5, 7, 9, 11],
        Choice("Frames", help="Pictures along the way; the one in the middle is A."),
    ] = Field(7, alias="walk_frames")
    keep_norm: KeepNorm = True

    def names(self) -> list[str]:
        return [self.along]

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        a, one = made
        return _row(flow, walk(one, a.z, self.reach, self.frames, keep_norm=self.keep_norm), a)


class DirectionsPad(Moves):
    """The picture at a place of a pad, with one direction to the right and another one up."""

    directions_view: Literal["Pad"] = "Pad"
    across: Annotated[Name, Setting("Left to right", width=220, help=_SIDES)] = Field(
        alias="pad_across"
    )
    up: Annotated[Name, Setting("Bottom to top", width=220, help=_SIDES)] = Field(alias="pad_up")
    orthogonal: Orthogonal = False
    keep_norm: KeepNorm = True
    x: Place = 0.0
    y: Place = 0.0

    def names(self) -> list[str]:
        return [self.across, self.up]

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        a, two = made
        z, labels = self.points(a, two, [self.x], [self.y])
        frames = frames_of(flow, z, labels)
        return FramesResult(to_rgb(frames.images)[0], frames=frames)

    def points(
        self, a: Latent, two: Directions, xs: Sequence[float], ys: Sequence[float]
    ) -> Points:
        """Latents at places of the pad."""
        options = {"orthogonalised": self.orthogonal, "keep_norm": self.keep_norm}
        return over_directions(a.z, a.labels, xs, ys, two, **options)


def _row(flow: RealNVP, z: Tensor, a: Latent) -> FramesResult:
    frames = frames_of(flow, z, repeat_labels(a.labels, len(z)))
    return FramesResult(image_grid(frames.images, len(z), GAP), frames=frames)


_PRESSED = "What was pressed; it can be taken out here, or chosen by name."
Taught = Annotated[tuple[Line, ...], Field(max_length=MAX_TAUGHT)]


class DirectionsView(View):
    """A moved along directions.

    The direction of a selection on the page Atlas is in no recipe: a program looks for its file,
    `selection.safetensors`, beside itself.

    Args:
        taught_yes, taught_no: what the visitor's own direction was learnt from, in the words of
            `latent_of_word`.
    """

    page: ClassVar[str] = "directions"
    file: ClassVar[str] = "directions.png"

    a: AnyLatent = FromSeed(seed=1)
    way: Annotated[
        Sliders | Walk | DirectionsPad,
        Field(discriminator="directions_view"),
        Part(
            "View",
            inline=True,
            help="Several directions at once with a slider each; a strip along one; or a square"
            " over two to drag in, live.",
        ),
    ] = Sliders()
    levels: Annotated[
        tuple[int, ...],
        Field(max_length=MAX_LEVELS),
        LevelsField(
            "Move in levels",
            help="The other levels stay as they are. Is a smile in the coarsest level, or do the"
            " finer ones have a part in it?",
        ),
    ] = (1, 2, 3)
    taught_yes: Annotated[Taught, Names("Yes", help=_PRESSED)] = ()
    taught_no: Annotated[Taught, Names("No", help=_PRESSED)] = ()

    @model_validator(mode="after")
    def _is_taught(self) -> "DirectionsView":
        fewest = min(len(set(self.taught_yes)), len(set(self.taught_no)))
        if MINE in self.way.names() and fewest < FEWEST:
            raise PydanticCustomError(
                "untaught",
                "{mine} is learnt from at least {fewest} yes and as many no",
                {"mine": MINE, "fewest": FEWEST},
            )
        return self

    @classmethod
    def on_arrival(cls, flow: RealNVP) -> dict[str, Any]:
        return {"levels": tuple(range(1, flow.config.num_levels + 1))}

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        known = read_directions(flow.name, flow.dim)
        if SELECTION in self.way.names():
            known = joined(known, read_selection(Path(SELECTION_FILE), flow.dim))
        if MINE in self.way.names():
            known = joined(known, self.mine(flow))
        return self.a.make(flow), self.chosen(flow, known)

    def chosen(self, flow: RealNVP, known: Directions) -> Directions:
        """What A is moved along: of the known directions those of the way, in its levels alone.

        Raises:
            ValueError: if there is no such direction, or no such level.
        """
        variables = level_mask(flow, [level - 1 for level in self.levels])
        return within(known.pick(self.way.names()), variables)

    def mine(self, flow: RealNVP) -> Directions:
        """The direction that was learnt from yes and no.

        Raises:
            ValueError: if a word is none, or both have the same mean.
        """
        sides = []
        for words in (self.taught_yes, self.taught_no):
            latents = {word: latent_of_word(flow, word) for word in words}
            if unknown := [word for word in words if latents[word] is None]:
                raise ValueError(f"{MINE} cannot be learnt from {unknown[0]!r}")
            sides.append(torch.cat([one.make(flow).z for one in latents.values() if one]))
        return taught(MINE, *sides)

    def draw(self, flow: RealNVP, *made: Any) -> FramesResult:
        return self.way.draw(flow, *made)


def latent_of_word(flow: RealNVP, word: str) -> FromSeed | FromExample | FromTray | FromFile | None:
    """What a word in the lists of the page names.

    "sample 5 no. 2", "example x", "tray y", "upload me.jpg", which a program looks for by its name.
    """
    config = flow.config
    if found := re.fullmatch(r"sample (\d{1,6}) no\. (\d{1,2})", word, re.ASCII):
        seed, picture = map(int, found.groups())
        if not 1 <= picture <= MAX_PICTURE:
            return None
        labels = labels_of(config, None, picture)
        label = label_entry(config, None if labels is None else labels[-1:]).get("label")
        return FromSeed(
            seed=seed, temperature=TAUGHT_TEMPERATURE, picture=picture, label=as_label(label)
        )
    source, _, name = word.partition(" ")
    if not 0 < len(name) <= MAX_TEXT or not name.isprintable():
        return None
    if source == "tray":
        return FromTray(pin=name)
    if source not in ("example", "upload") or (source == "upload" and file_name(name) != name):
        return None
    own: str | None = None
    if config.label_kind == "class":  # the one that the example is named after: "coat 17"
        own = class_named(config, name) or label_names(config)[0]
    if source == "upload":
        return FromFile(file=name, label=own)
    return FromExample(example=name, label=own)
