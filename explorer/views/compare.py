"""Compare: what RealNVP and the baselines beside it draw, bring back and go between."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from explorer.views.latents import AnyLatent, FromSeed, joined
from explorer.views.result import Result
from explorer.views.settings import Part, Unlinked, Whole
from explorer.views.types import Seed, Temperature
from explorer.views.view import Drawing, View
from realnvp import RealNVP
from realnvp.baselines import Baseline, load_baseline
from realnvp.baselines.side_by_side import round_trip_pictures, round_trips, walks
from realnvp.explore.samples import draw_samples
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid, tile

PICTURES = 16  # of each family
FRAMES = (5, 15)


class Look(Drawing):
    """One question put to all families."""

    def compared(self, flow: RealNVP, models: Mapping[str, Baseline], *latents: Any) -> np.ndarray:
        """The sheet, a row a family, uint8 (H, W, 3)."""
        raise NotImplementedError


class Realism(Look):
    """Samples of each."""

    look: Literal["Realism"] = "Realism"
    seed: Seed = 0
    temperature: Temperature = 0.7

    def compared(self, flow: RealNVP, models: Mapping[str, Baseline], *latents: Any) -> np.ndarray:
        labels = labels_of(flow.config, None, PICTURES)
        images = [draw_samples(flow, PICTURES, self.temperature, self.seed, labels).images]
        for model in models.values():
            images.append(model.sample(PICTURES, torch.Generator().manual_seed(self.seed)))
        return image_grid(torch.cat(images), PICTURES, GAP)


class Reversibility(Look):
    """A picture encoded and decoded by those that can."""

    look: Literal["Reversibility"] = "Reversibility"
    a: AnyLatent = FromSeed(seed=1)

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return (self.a.make(flow),)

    def compared(self, flow: RealNVP, models: Mapping[str, Baseline], *latents: Any) -> np.ndarray:
        (a,) = latents
        image = flow.decode(a.z, a.labels)
        shown = round_trip_pictures(image, round_trips(flow, models, image, a.labels))
        return tile(np.stack(shown), columns=len(shown), gap=GAP)


class LatentSpace(Look):
    """From A to B in the codes of each."""

    look: Literal["Latent space"] = "Latent space"
    a: AnyLatent = FromSeed(seed=1)
    b: AnyLatent = FromSeed(seed=2)
    frames: Annotated[
        int, Whole("Frames", *FRAMES, width=260, help="Pictures along each path, ends included.")
    ] = 9
    seed: Seed = 0

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        return self.a.make(flow), self.b.make(flow)

    def compared(self, flow: RealNVP, models: Mapping[str, Baseline], *latents: Any) -> np.ndarray:
        strips = walks(flow, models, *joined(latents), self.frames, self.seed)
        return image_grid(torch.cat(list(strips.values())), self.frames, GAP)


class Compare(View):
    """A flow beside the baselines that are there.

    Args:
        baselines: their kinds.
    """

    page: ClassVar[str] = "compare"
    file: ClassVar[str] = "compared.png"

    question: Annotated[
        Realism | Reversibility | LatentSpace, Field(discriminator="look"), Part(inline=True)
    ] = Realism()
    baselines: Annotated[
        tuple[Literal["vae", "gan", "pixelcnn"], ...], Field(max_length=3), Unlinked()
    ] = ()

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        models = {kind: load_baseline(kind) for kind in self.baselines}
        return models, *self.question.made(flow)

    def draw(self, flow: RealNVP, *made: Any) -> Result:
        models, *latents = made
        return Result(self.question.compared(flow, models, *latents))
