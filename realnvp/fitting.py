"""Which part of a picture a model is given, and at which size."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from realnvp.images import open_file

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels


def open_fitted(path: Path, size: tuple[int, int], channels: int) -> Tensor:
    """The largest part in the middle of a file's picture, as `fit` brings it to a model's size.

    For sets of pictures: a file that is cut off is refused, as nobody looks at each.

    Returns:
        uint8 (1, C, H, W).

    Raises:
        ImageError: as `realnvp.images.open_image`.
        OSError: if the file cannot be read.
    """
    return fit(open_file(path, may_be_cut=False).pixels, size, channels)[0]


def centre_box(pixels: np.ndarray, size: tuple[int, int]) -> Box:
    """The largest box in the middle of (H, W, 3) pixels with the proportions of size (H, W)."""
    return zoomed_box(pixels, size, 1.0, 0.5, 0.5)


def zoomed_box(
    pixels: np.ndarray, size: tuple[int, int], zoom: float, across: float, down: float
) -> Box:
    """A box in (H, W, 3) pixels with the proportions of size (H, W), as nearly as pixels allow.

    Args:
        zoom: at least 1; the sides of the largest such box are this many times longer.
        across, down: where it lies, from 0, at the left or the top, to 1.
    """
    height, width = pixels.shape[:2]
    scale = min(height / size[0], width / size[1]) / zoom
    box_height = min(height, max(1, round(scale * size[0])))
    box_width = min(width, max(1, round(scale * size[1])))
    left, top = int(across * (width - box_width)), int(down * (height - box_height))
    return left, top, left + box_width, top + box_height


def fit(
    pixels: np.ndarray, size: tuple[int, int], channels: int, box: Box | None = None
) -> tuple[Tensor, Box]:
    """Cut a box out and bring it to a model's size.

    A whole multiple of the size is averaged in blocks, as the training pictures were; anything
    else goes through a Lanczos filter that widens with the factor. The right size stays as it is.

    Args:
        pixels: uint8 (H, W, 3).
        size: (H, W) of the model.
        channels: 1 for grey, 3 for colour.
        box: what to cut out; None is `centre_box`.

    Returns:
        uint8 (1, C, H, W), and the box.

    Raises:
        ValueError: if the model is neither grey nor colour, or the box not inside the picture.
    """
    if channels not in (1, 3):
        raise ValueError(f"a picture has 1 or 3 channels, this model {channels}")
    box = box or centre_box(pixels, size)
    left, top, right, bottom = box
    if not (0 <= left < right <= pixels.shape[1] and 0 <= top < bottom <= pixels.shape[0]):
        raise ValueError(f"box {box} is not inside {pixels.shape[1]} × {pixels.shape[0]} pixels")
    image = Image.fromarray(pixels)
    factor, rest = divmod(bottom - top, size[0])
    if (factor * size[1], rest) == (right - left, 0):
        image = image.reduce(factor, box)
    else:
        image = image.resize(size[::-1], Image.Resampling.LANCZOS, box)
    array = np.array(image.convert("L" if channels == 1 else "RGB"))
    return torch.from_numpy(array.reshape(*size, channels)).permute(2, 0, 1)[None].contiguous(), box
