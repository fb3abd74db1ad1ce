"""Discs that a brush has painted on a picture, as a setting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from explorer.views.settings import Slider, Tuples
from realnvp.explore.brush import MAX_DISCS, BrushError, from_text, to_text

MAX_SIDE = 4096.0


@dataclass(frozen=True)
class Discs(Tuples):
    """What a brush has painted, in an address as "16 16 8, 4 20.5 2": row, column, radius."""

    def controls(self, name: str, value: Any) -> dict[str, Any]:
        return {name: to_text(value)}

    def value_of(self, texts: Sequence[str]) -> Any:
        try:
            return from_text(texts[-1], (int(MAX_SIDE), int(MAX_SIDE)))
        except BrushError:
            return texts[-1]


_Number = Annotated[float, Slider("", 0.0, MAX_SIDE)]
PaintedDiscs = Annotated[
    tuple[tuple[_Number, _Number, _Number], ...], Field(max_length=MAX_DISCS), Discs("Discs")
]
