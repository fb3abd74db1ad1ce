"""The stops of the lesson: which page, with what on it, and for how long.

What each says is in `languages/`, under its key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VERSIONS = (20, 60, 90)  # minutes that a lesson can have


@dataclass(frozen=True)
class Stop:
    """One stop.

    Args:
        key: its name in the files of texts, which stays.
        page: of the app, as in its address.
        minutes: it takes, discussion included.
        version: the shortest of `VERSIONS` that it is part of.
        view: values of widgets on that page, by their keys, which a visitor can change at once.
        checkpoint: the model of which the answer is true, where the server has it.
    """

    key: str
    page: str
    minutes: int
    version: int
    view: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: str = "faces32"


STOPS = (
    Stop(
        "samples",
        "sample",
        5,
        20,
        {"temperature": 0.7, "seed": 0.0, "linked": True, "pictures": 64},
    ),
    Stop("round_trip", "encode", 5, 20, {"source": "Example", "look": "Levels"}),
    Stop("slope", "slope", 8, 60, {"inside": 0.2, "outside": 1.0, "middle": 0.0, "at": 0.0}),
    Stop("coupling", "anatomy", 6, 20, {"step": 1}),
    Stop("couplings", "toy", 7, 60),
    Stop("bytes", "encode", 6, 90, {"source": "Example", "look": "Noise"}),
    Stop("bits", "encode", 7, 60, {"source": "Example", "look": "Where the bits go"}),
    Stop("levels", "multiscale", 6, 60, {"show": "Resample", "resampled": [1], "variants": 16}),
    Stop("compression", "multiscale", 5, 90, {"show": "Compress"}),
    Stop("paths", "interpolate", 5, 60, {"view": "Path", "path": "linear"}),
    Stop("directions", "directions", 6, 90),
    Stop("repair", "repair", 6, 90, {"source": "Example", "missing": "Paint"}),
    Stop("likelihood", "likelihood", 4, 20, {"likelihood": "Out of distribution"}),
    Stop("families", "compare", 7, 90, {"look": "Exact likelihood"}, checkpoint="mnist"),
    Stop("card", "models", 5, 60),
)


def in_version(minutes: int) -> list[int]:
    """Numbers of the stops, from 1, that a lesson of so many minutes has."""
    return [n for n, stop in enumerate(STOPS, start=1) if stop.version <= minutes]


def time_of(numbers: Sequence[int]) -> int:
    """Minutes that these stops take."""
    return sum(STOPS[number - 1].minutes for number in numbers)
