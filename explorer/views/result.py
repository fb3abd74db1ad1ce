"""What a view shows, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from realnvp.explore.frames import Frames


@dataclass(frozen=True, eq=False)
class Result:
    """Pictures to look at, the main one first.

    Args:
        pixels: uint8 (H, W, 3 or 4).
        others: more of them, by the names of their files.
    """

    pixels: np.ndarray
    others: Mapping[str, np.ndarray] = field(default_factory=dict, kw_only=True)

    def save(self, path: str | Path) -> None:
        """Write the main picture as PNG, and the others beside it."""
        Image.fromarray(self.pixels).save(path)
        for name, pixels in self.others.items():
            Image.fromarray(pixels).save(Path(path).parent / name)


@dataclass(frozen=True, eq=False)
class FramesResult(Result):
    """Pictures with the latents behind them.

    Args:
        frames: in the order in which they are shown.
    """

    frames: Frames = field(kw_only=True)
