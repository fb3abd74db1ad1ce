"""Compare: what RealNVP and the baselines beside it draw, bring back and go between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from explorer.views.latents import AnyLatent, FromSeed, joined
from explorer.views.result import Result
from explorer.views.settings import Part, Unlinked, WholeSlider
from explorer.views.types import Seed, Temperature
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.baselines import Baseline, load_baseline
from realnvp.baselines.side_by_side import OURS, round_trip_pictures, round_trips, walks
from realnvp.explore.samples import Samples, draw_samples
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid, tile

PICTURES = 16  # of each family
PIXELS = "Average of the pixels"


@dataclass(frozen=True, eq=False)
class Compared(Result):
    """The answers of all families on one sheet.

    Args:
        answers: pictures, uint8 (n, 1, H, W), by the families' titles.
    """

    answers: Mapping[str, Tensor] = field(kw_only=True)


class Realism(Drawing):
    """Samples of each."""

    look: Literal["Realism"] = "Realism"
    seed: Seed = 0
    temperature: Temperature = 1.0

    def draw(self, flow: RealNVP, *made: Any) -> Compared:
        (models,) = made
        answers = {model.TITLE: self.of_baseline(model) for model in models.values()}
        return self.sheet({OURS: self.of_flow(flow).images} | answers)

    def of_flow(self, flow: RealNVP) -> Samples:
        """Those of RealNVP."""
        labels = labels_of(flow.config, None, PICTURES)
        return draw_samples(flow, PICTURES, self.temperature, self.seed, labels)

    def of_baseline(self, model: Baseline) -> Tensor:
        """Those of another family, which has no temperature."""
        return model.sample(PICTURES, self.noise())

    def noise(self) -> torch.Generator:
        """What a baseline draws from."""
        return torch.Generator().manual_seed(self.seed)

    def sheet(self, answers: Mapping[str, Tensor]) -> Compared:
        """A row for each family."""
        return Compared(image_grid(torch.cat([*answers.values()]), PICTURES, GAP), answers=answers)


class Reversibility(Drawing):
    """A picture encoded and decoded by those that can."""

    look: Literal["Reversibility"] = "Reversibility"
    a: AnyLatent = FromSeed(seed=1)

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.a.make(flow),)

    def draw(self, flow: RealNVP, *made: Any) -> Compared:
        models, a = made
        image = flow.decode(a.z, a.labels) if a.image is None else a.image
        backs = round_trips(flow, models, image, a.labels)
        shown = np.stack(round_trip_pictures(image, backs))
        return Compared(tile(shown, columns=len(shown), gap=GAP), answers=backs)


class LatentSpace(Drawing):
    """From A to B in the codes of each."""

    look: Literal["Latent space"] = "Latent space"
    a: AnyLatent = FromSeed(seed=1)
    b: AnyLatent = FromSeed(seed=2)
    frames: Annotated[
        int,
        WholeSlider("Frames", 5, 15, width=260, help="Pictures along each path, ends included."),
    ] = 9
    seed: Seed = 0

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return self.a.make(flow), self.b.make(flow)

    def draw(self, flow: RealNVP, *made: Any) -> Compared:
        models, *latents = made
        strips = walks(flow, models, *joined(latents), self.frames, self.seed)
        pixels = image_grid(torch.cat([*strips.values()]), self.frames, GAP)
        return Compared(pixels, answers=strips)


class MeaningfulLatents(LatentSpace):
    """The same, beside the average of the pixels of A and B."""

    look: Literal["Meaningful latents"] = "Meaningful latents"  # type: ignore[assignment]

    def draw(self, flow: RealNVP, *made: Any) -> Compared:
        models, *latents = made
        strips = walks(flow, models, *joined(latents), self.frames, self.seed)
        first, last = strips[OURS][:1].double(), strips[OURS][-1:].double()
        shares = torch.linspace(0, 1, self.frames, dtype=torch.float64)[:, None, None, None]
        strips[PIXELS] = ((1 - shares) * first + shares * last).round().to(torch.uint8)
        pixels = image_grid(torch.cat([*strips.values()]), self.frames, GAP)
        return Compared(pixels, answers=strips)


class Compare(View):
    """A flow beside the baselines that are there.

    Args:
        baselines: their kinds.
    """

    page: ClassVar[str] = "compare"
    file: ClassVar[str] = "compared.png"

    question: Annotated[
        Realism | Reversibility | LatentSpace | MeaningfulLatents,
        Field(discriminator="look"),
        Part(inline=True),
    ] = Realism()
    baselines: Annotated[
        tuple[Literal["vae", "gan", "pixelcnn"], ...], Field(max_length=3), Unlinked()
    ] = ()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        models = {kind: load_baseline(kind) for kind in self.baselines}
        return models, *self.question.made(flow)

    def draw(self, flow: RealNVP, *made: Any) -> Compared:
        return self.question.draw(flow, *made)
