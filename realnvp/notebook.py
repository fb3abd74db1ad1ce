"""Pictures in a notebook: Jupyter, Colab and whatever else shows what IPython shows."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from realnvp.image_encoding import to_png

SIDE = 64  # pixels at least of a picture's longer side on the screen; each of its own is a square
GAP = 2
MOST = 400  # pictures; of more, the first


class Pictures:
    """Pictures that a notebook shows side by side, and a terminal as a line.

    Args:
        images: uint8 (N, C, H, W) with 1 or 3 channels; a NumPy array will do.
        columns: pictures in a row.
        scale: pixels on the screen, each way, for one of theirs; by default so many that a
            picture is `SIDE` wide or high.

    Raises:
        ValueError: if these are no pictures.
    """

    def __init__(self, images: Any, columns: int = 8, scale: int | None = None) -> None:
        given = torch.as_tensor(images)
        if not is_pictures(given):
            raise ValueError(
                f"pictures are uint8 of shape (N, 1 or 3, H, W), not {given.dtype}"
                f" of shape {tuple(given.shape)}"
            )
        if columns < 1 or (scale is not None and scale < 1):
            raise ValueError("columns and scale are 1 or more")
        self.images, self.columns = given, columns
        self.scale = scale or math.ceil(SIDE / max(given.shape[2:]))

    def pixels(self) -> np.ndarray:
        """The sheet, uint8 (H', W', 3 or 4)."""
        from realnvp.viz import image_grid  # it imports plotly

        shown = self.images[:MOST].cpu()
        sheet = image_grid(shown, min(self.columns, len(shown)), math.ceil(GAP / self.scale))
        return sheet.repeat(self.scale, axis=0).repeat(self.scale, axis=1)

    def _repr_png_(self) -> bytes:
        return to_png(self.pixels())

    def __repr__(self) -> str:
        count, channels, height, width = self.images.shape
        colours = "grey" if channels == 1 else "colour"
        return f"{count} pictures, {height} × {width}, {colours}"


def show(images: Any, columns: int = 8, scale: int | None = None) -> Pictures:
    """Pictures to look at as the last line of a notebook's cell; arguments as `Pictures` has."""
    return Pictures(images, columns, scale)


def is_pictures(value: Tensor) -> bool:
    """Whether a tensor is uint8 (N, 1 or 3, H, W), of one picture at least."""
    is_whole = value.dtype == torch.uint8 and value.ndim == 4 and value.numel() > 0
    return is_whole and value.shape[1] in (1, 3)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext realnvp`: tensors that are pictures are shown as such, all others as before.

    What the core gives stays a plain tensor: it is the notebook that shows it differently.
    """
    formatter = shell.display_formatter.formatters["image/png"]
    formatter.for_type(Tensor, lambda t: Pictures(t)._repr_png_() if is_pictures(t) else None)
