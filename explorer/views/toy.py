"""Toy: a flow of the plane after some steps of training."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from explorer.views.result import Result
from explorer.views.settings import (
    MAX_TEMPERATURE,
    Choice,
    Names,
    Setting,
    Slider,
    Switch,
    Whole,
)
from explorer.views.types import Line, Seed
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.toy import ToySettings, ToyTraining
from realnvp.toy.drawing import DrawingError, from_text
from realnvp.toy.training import COUPLINGS, LEARNING_RATES, MAX_STEPS
from realnvp.toy.views import density_pixels, log_density

Shown = Literal["data", "samples", "grid"]  # what the picture of the layers can show


def _dots(text: str) -> str:
    """Dots as `realnvp.toy.drawing` writes them."""
    try:
        from_text(text)
    except DrawingError as error:
        raise PydanticCustomError("drawing", "{why}", {"why": str(error)}) from None
    return text


class Toy(View):
    """The density of a flow of points, trained for so many steps.

    Args:
        text, drawn: the points, where `data` says so.
        layer, shown, straight, temperature: how the page looks at it; the density is the same.
    """

    page: ClassVar[str] = "toy"
    file: ClassVar[str] = "toy.png"
    needs_model: ClassVar[bool] = False

    data: Annotated[
        Literal["moons", "spirals", "rings", "checkerboard", "text", "drawn"],
        Choice(
            "Data",
            help="Where the points come from. Rings and squares have holes and islands; a bijection"
            " cannot tear the plane, so look for the thin bridges that stay.",
        ),
    ] = "moons"
    text: Annotated[
        Line,
        Setting(
            "Write",
            help="The points fill these letters evenly. Which strokes does the flow find first?",
        ),
    ] = "flow"
    drawn: Annotated[str, AfterValidator(_dots), Setting("Drawn")] = ""
    seed: Seed = 0
    couplings: Annotated[
        int,
        Whole(
            "Couplings",
            *COUPLINGS,
            width=165,
            help="Each moves one coordinate only, by an amount read off the other. With 2 or 3, see"
            " how little they can bend; each more costs time.",
        ),
    ] = 8
    width: Annotated[
        Literal[8, 16, 32, 64],
        Choice(
            "Width",
            listed=True,
            width=100,
            help="Of the small networks that say how far to move. With 8 the density has few"
            " creases; with 64 it can follow sharp edges.",
        ),
    ] = 32
    learning_rate: Annotated[
        Annotated[float, Field(ge=LEARNING_RATES[0], le=LEARNING_RATES[-1])],
        Slider(
            "Learning rate",
            LEARNING_RATES[0],
            LEARNING_RATES[-1],
            help="How far a step goes, at the start; it falls as training goes on. Too high and the"
            " loss jumps, too low and it crawls.",
        ),
    ] = 0.01
    steps: Annotated[int, Whole("Stop at step", 0, MAX_STEPS, width=150)] = Field(0, alias="until")
    log_scale: Annotated[bool, Switch("Logarithmic")] = False
    temperature: Annotated[float, Slider("Temperature", 0.0, MAX_TEMPERATURE)] = 1.0
    layer: Annotated[float, Slider("Layer", 0.0, float(COUPLINGS[1]), 0.1)] = 0.0
    shown: Annotated[tuple[Shown, ...], Field(max_length=3), Names("Show")] = (
        "data",
        "samples",
        "grid",
    )
    straight: Annotated[Literal["data", "latent"], Choice("Grid straight in")] = "data"

    def training(self) -> ToySettings:
        """What decides the training."""
        text = self.text if self.data == "text" else ""
        dots = tuple(from_text(self.drawn)) if self.data == "drawn" else ()
        return ToySettings(
            self.data, self.seed, text, dots, self.couplings, self.width, self.learning_rate
        )

    def made(self, flow: RealNVP | None = None) -> tuple[Any, ...]:
        training = ToyTraining(self.training())
        training.train_to(self.steps)
        return (training,)

    def draw(self, flow: RealNVP | None, *made: Any) -> Result:
        (training,) = made
        return Result(density_pixels(log_density(training.flow), log_scale=self.log_scale))

    def run(self, flow: RealNVP | None = None) -> Result:
        return self.draw(flow, *self.made(flow))
