"""One picture file as a square of pixels."""

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from realnvp.data.imageset import DataError
from realnvp.data.resize import shrink
from realnvp.images import ImageError, open_file

Crop = Literal["center", "random"]

# CelebA's aligned pictures are 178 wide, 218 high; the authors of the paper cut out these
# 148x148, a little below the middle, where the face is.
CELEBA_SIZE = (178, 218)
CELEBA_BOX = (15, 40, 163, 188)
AMPLE = 4  # times as long as asked for a side may be left before the last step makes it small


def name_hash(name: str) -> int:
    """64 bits that depend on the name alone, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:8])


def read_picture(
    path: Path, name: str, size: int | None, crop: Crop = "center"
) -> tuple[np.ndarray, bool]:
    """Cut a square out of a file's picture, and shrink it.

    Args:
        path: the file; its format is told by its content.
        name: what a random crop depends on.
        size: side of the result in pixels; None keeps the cut square's own.
        crop: "center", or "random": the shorter side to 1.5 size (Lanczos) and then a square of
            `size` from anywhere, as the paper does for LSUN with 96 and 64.

    Returns:
        uint8 (3, size, size), and whether the picture is grey, so one channel would do.

    Raises:
        DataError: if it cannot be opened, or is smaller than `size`.
    """
    try:
        picture = open_file(
            path, lambda whole: 1 if size is None else _factor(whole, size), may_be_cut=False
        )
    except ImageError as error:
        reason = str(error).removesuffix(".")
        raise DataError(path, reason[:1].lower() + reason[1:]) from None
    except OSError as error:
        raise DataError(
            path, f"cannot be read: {(error.strerror or 'no reason').lower()}"
        ) from None
    image = Image.fromarray(picture.pixels)
    if crop == "random" and size is not None:
        image = _random_square(path, image, size, name_hash(name))
    elif image.size == CELEBA_SIZE:
        image = image.crop(CELEBA_BOX)
    else:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(image).transpose(2, 0, 1)[None]
    if size is not None and pixels.shape[-1] < size:
        raise _too_small(path, image, size)
    return shrink(pixels, size)[0], picture.grey


def _factor(whole: tuple[int, int], size: int) -> int:
    """How many times smaller a photo is made at once, far from where it would be seen."""
    return max(1, min(whole) // (AMPLE * max(1, size)))


def _random_square(path: Path, image: Image.Image, size: int, seed: int) -> Image.Image:
    short = min(image.size)
    if short < size:
        raise _too_small(path, image, size)
    target = round(1.5 * size)
    if short > target:
        width, height = (round(side * target / short) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    rng = np.random.default_rng(seed)
    left = int(rng.integers(image.width - size + 1))
    top = int(rng.integers(image.height - size + 1))
    return image.crop((left, top, left + size, top + size))


def _too_small(path: Path, image: Image.Image, size: int) -> DataError:
    return DataError(path, f"{image.width}x{image.height} is smaller than the size asked, {size}")
