"""The part of a picture that is used."""

from typing import Annotated

import numpy as np
from torch import Tensor

from explorer.views.settings import Slider
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.fitting import Box, fit, zoomed_box

MAX_ZOOM = 8.0
_MOVES = "Moves the part that is used, where there is room."


class Cropped(Settings):
    """The box that is cut out of a picture, with the model's proportions."""

    zoom: Annotated[
        float,
        Slider(
            "Zoom",
            1.0,
            MAX_ZOOM,
            0.01,
            format="%.2f×",
            help="How small a part is used. A face should fill it as the model's own pictures do:"
            " watch bits/dim fall when it does.",
        ),
    ] = 1.0
    left_right: Annotated[
        float, Slider("Left-right", 0.0, 100.0, 0.1, format="%.1f %%", help=_MOVES)
    ] = 50.0
    up_down: Annotated[float, Slider("Up-down", 0.0, 100.0, 0.1, format="%.1f %%", help=_MOVES)] = (
        50.0
    )

    def cut(self, flow: RealNVP, pixels: np.ndarray) -> Tensor:
        """The part of a picture, uint8 (H, W, 3), at the model's size: uint8 (1, C, H, W)."""
        size = flow.config.image_size
        return fit(pixels, size, flow.config.channels, self.box(pixels, size))[0]

    def box(self, pixels: np.ndarray, size: tuple[int, int]) -> Box:
        """The part, in pixels, with the proportions of size (H, W)."""
        return zoomed_box(pixels, size, self.zoom, self.left_right / 100, self.up_down / 100)
