"""Models: two of them that draw from one seed."""

from typing import Annotated, Any, ClassVar, Literal

import realnvp
from explorer.views.result import Result
from explorer.views.sample import Drawn
from explorer.views.settings import Setting
from explorer.views.types import PlainName, Seed, Temperature
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.explore.samples import draw_samples
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.viz import GAP, beside, image_grid

PICTURES, COLUMNS = 16, 4  # of each model
BETWEEN = 32  # pixels between the two
_HELP = (
    "One of the two that draw from the same noise. Which looks sharper, and which falls apart first"
    " as the temperature rises?"
)


class SideBySide(View):
    """Two models that draw from one seed; of classes each in turn, attributes are absent."""

    page: ClassVar[str] = "models"
    file: ClassVar[str] = "models.png"
    needs_model: ClassVar[bool] = False

    models_view: Literal["Side by side"] = "Side by side"
    left: Annotated[PlainName, Setting("Left model", help=_HELP)]
    right: Annotated[PlainName, Setting("Right model", help=_HELP)]
    temperature: Temperature = 0.7
    seed: Seed = 0

    def made(self, flow: RealNVP | None = None) -> tuple[Any, ...]:
        return fold(realnvp.load(self.left)), fold(realnvp.load(self.right))

    def draw(self, flow: RealNVP | None, left: RealNVP, right: RealNVP) -> Result:
        return Result(beside(self.sheet(left).pixels, self.sheet(right).pixels, gap=BETWEEN))

    def sheet(self, model: RealNVP) -> Drawn:
        """What one of them draws."""
        labels = labels_of(model.config, None, PICTURES)
        drawn = draw_samples(model, PICTURES, self.temperature, self.seed, labels)
        return Drawn(image_grid(drawn.images, COLUMNS, GAP), samples=drawn)

    def run(self, flow: RealNVP | None = None) -> Result:
        return self.draw(flow, *self.made(flow))
