"""Toy: a flow of the plane after some steps of training."""

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from explorer.views.result import Result
from explorer.views.settings import (
    MAX_SEED,
    MAX_TEMPERATURE,
    Choice,
    Notches,
    SeedField,
    Setting,
    Several,
    Slider,
    Switch,
    Whole,
    WholeSlider,
    Written,
)
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.toy import ToySettings, ToyTraining
from realnvp.toy.drawing import DrawingError, from_text
from realnvp.toy.lettering import MAX_LETTERS
from realnvp.toy.training import COUPLINGS, LEARNING_RATES, MAX_STEPS
from realnvp.toy.views import density_pixels, log_density

Shown = Literal["data", "samples", "grid"]  # what the picture of the layers can show


def _dots(text: str) -> str:
    """Dots as `realnvp.toy.drawing` writes them."""
    try:
        from_text(text)
    except DrawingError as error:
        raise PydanticCustomError("drawing", "{why}", {"why": str(error).rstrip(".")}) from None
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
        Annotated[str, StringConstraints(max_length=MAX_LETTERS, pattern=r"^\PC*$")],
        Written(
            "Write",
            MAX_LETTERS,
            help="The points fill these letters evenly. Which strokes does the flow find first?",
        ),
    ] = "flow"
    drawn: Annotated[str, AfterValidator(_dots), Setting("Drawn")] = ""
    seed: Annotated[
        int,
        SeedField(
            "Seed",
            0,
            MAX_SEED,
            width=88,
            help="Of the points, the first weights and the batches. Train with two seeds: the"
            " densities are alike, the ways through the layers are not.",
        ),
    ] = 0
    couplings: Annotated[
        int,
        WholeSlider(
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
        float,
        Notches(
            "Learning rate",
            LEARNING_RATES[0],
            LEARNING_RATES[-1],
            notches=LEARNING_RATES,
            help="How far a step goes, at the start; it falls as training goes on. Too high and the"
            " loss jumps, too low and it crawls.",
        ),
    ] = 0.01
    steps: Annotated[int, Whole("Steps", 0, MAX_STEPS)] = 0
    temperature: Annotated[
        float,
        Slider(
            "Temperature",
            0.0,
            MAX_TEMPERATURE,
            help="Of the samples: every latent is multiplied by it. At 1 they lie as the data do;"
            " lower, they crowd where the latent's middle went, which need not be where the"
            " density is highest.",
        ),
    ] = 1.0
    layer: Annotated[
        float,
        Slider(
            "Layer",
            0.0,
            float(COUPLINGS[1]),
            0.1,
            help="0 is the data's side, the last one the latent's. The scrubber under the picture"
            " is the same: between two layers only one coordinate moves.",
        ),
    ] = 0.0
    shown: Annotated[
        tuple[Shown, ...],
        Field(max_length=3),
        Several(
            "Show",
            options=get_args(Shown),
            help="The grid alone shows best how the plane is bent.",
        ),
    ] = get_args(Shown)
    straight: Annotated[
        Literal["data", "latent"],
        Choice(
            "Grid straight in",
            help="A grid ruled on the data's side and bent forwards, or ruled on the latent's and"
            " bent back: where its meshes are small, the density is high.",
        ),
    ] = "data"
    log_scale: Annotated[
        bool,
        Switch(
            "Log scale",
            help="Of the density's colours. It shows the bridges between the parts, thousands of"
            " times less likely, that the linear scale hides.",
        ),
    ] = False

    @field_validator("layer")
    @classmethod
    def _of_these(cls, layer: float, info: ValidationInfo) -> float:
        return min(layer, float(info.data.get("couplings", layer)))

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
