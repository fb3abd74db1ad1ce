"""Weights of the two public implementations, by their names and shapes; none of their code.

Every source gives a `Model`: a `ModelConfig` whose `variant` says where its layers differ, and the
weights by our names. Nothing is unpickled but tensors and plain values.
"""

from collections.abc import Callable
from typing import Literal

from torch import Tensor

from realnvp.importing import chrischute, fmu2
from realnvp.importing.model import Model
from realnvp.importing.read import read_state

Source = Literal["chrischute", "fmu2"]
SOURCES: dict[Source, Callable[[dict[str, Tensor], tuple[int, int] | None], Model]] = {
    "chrischute": chrischute.convert,
    "fmu2": fmu2.convert,
}
HOMES: dict[Source, str] = {
    "chrischute": "github.com/chrischute/real-nvp",
    "fmu2": "github.com/fmu2/realNVP",
}

# What to say of a file that would have to be unpickled.
WHOLES: dict[Source, str] = {"chrischute": chrischute.WHOLE, "fmu2": fmu2.WHOLE}

__all__ = ["HOMES", "SOURCES", "WHOLES", "Model", "Source", "read_state"]
