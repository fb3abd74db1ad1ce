"""Settings that several views share."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from explorer.views.settings import (
    MAX_LEVELS,
    MAX_SEED,
    MAX_TEMPERATURE,
    MAX_TEXT,
    LabelField,
    ModelTemperature,
    SeedField,
    Slider,
    Temperatures,
)

# What bits/dim on the pages are of, for the help of their controls.
MEASURE = (
    "What one of the picture's numbers costs to store with this model. It is of the picture as it"
    " is shown, in bytes, every byte v taken as v + 1/2: the same picture costs the same on every"
    " page."
)
# One line of letters that can be seen.
Line = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"^\PC+$")]
# The name of a file or of a checkpoint, without a folder.
PlainName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"^[^./\\\pC][^/\\\pC]*$")
]
_PLAIN_NAME = TypeAdapter(PlainName)

_TEMPERATURE = (
    "Every latent is multiplied by this. 1 is the model itself; lower is smoother and more alike, 0"
    " the single most likely latent; above 1 pictures fall apart."
)
TEMPERATURE = Slider("Temperature", 0.0, MAX_TEMPERATURE, 0.05, help=_TEMPERATURE)
Temperature = Annotated[float, TEMPERATURE]
OwnTemperature = Annotated[
    float, ModelTemperature("Temperature", 0.0, MAX_TEMPERATURE, 0.05, help=_TEMPERATURE)
]
LevelTemperatures = Annotated[
    float | Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_LEVELS)],
    Temperatures("Temperature", 0.0, MAX_TEMPERATURE, 0.05, help=_TEMPERATURE),
]
SEED = SeedField(
    "Seed",
    0,
    MAX_SEED,
    width=150,
    help="The noise that is turned into pictures. The same seed gives the same noise at every"
    " temperature: move the slider and watch the same faces change.",
)
Seed = Annotated[int, SEED]

LabelValue = Line | Annotated[tuple[Line, ...], Field(max_length=4096)] | None
Label = Annotated[LabelValue, LabelField()]
LabelOrEach = Annotated[LabelValue, LabelField(every=True)]


def file_name(name: str) -> str:
    """The name as a view takes it, or another where that cannot be."""
    try:
        return _PLAIN_NAME.validate_python(name, strict=True)
    except ValidationError:
        return "picture.png"


Place = Annotated[float, Slider("Place", -1.0, 1.0, 0.0)]
Order = Literal["as drawn", "lowest first", "highest first"]
