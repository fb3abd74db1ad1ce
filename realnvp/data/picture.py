"""One picture file as pixels of the size that a set has."""

import hashlib
from functools import partial
from typing import Literal

import numpy as np
from PIL import Image

from realnvp.data.resize import shrink
from realnvp.images import ImageError, open_image

Crop = Literal["center", "random"]

# CelebA's aligned pictures are 178 wide, 218 high; the authors of the paper cut out these
# 148x148, a little below the middle, where the face is.
CELEBA_SIZE = (178, 218)
CELEBA_BOX = (15, 40, 163, 188)
CELEBA_SIDE = 148
AMPLE = 4  # times as long as asked for a side may be left before the last step makes it small


def name_hash(name: str) -> int:
    """64 bits that depend on the name alone, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:8])


def read_picture(
    data: bytes, name: str, size: tuple[int, int] | None, crop: Crop = "center"
) -> tuple[np.ndarray, bool]:
    """Decode (upright, first frame, over white), cut to the size's proportions, shrink.

    Args:
        data: the file; its format is told by its content.
        name: what a random crop depends on.
        size: (H, W) of the result; None keeps all of the picture, and of CelebA's the face.
        crop: "center", or "random": shrunk to 1.5 times what covers `size` (Lanczos), then a part
            of `size` from anywhere, as the paper does for LSUN with 96 and 64.

    Returns:
        uint8 (3, H, W), and whether the picture is grey, so one channel would do.

    Raises:
        ImageError: if it cannot be decoded, or is smaller than `size`.
    """
    picture = open_image(data, partial(_factor, size), may_be_cut=False)
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    if size is not None and (height < size[0] or width < size[1]):
        raise ImageError(f"The picture is smaller than {size[0]} × {size[1]} pixels.")
    if crop == "random" and size is not None:
        pixels = _random_part(pixels, size, name_hash(name))
    elif (width, height) == CELEBA_SIZE and (size is None or size[0] == size[1] <= CELEBA_SIDE):
        left, top, right, bottom = CELEBA_BOX
        pixels = pixels[top:bottom, left:right]
    return shrink(pixels.transpose(2, 0, 1)[None], size)[0], picture.grey


def _factor(size: tuple[int, int] | None, whole: tuple[int, int]) -> int:
    """How many times smaller a photo is made at once, far from where it would be seen."""
    if size is None or whole == CELEBA_SIZE:
        return 1
    return max(1, min(whole) // (AMPLE * max(size)))


def _random_part(pixels: np.ndarray, size: tuple[int, int], seed: int) -> np.ndarray:
    image = Image.fromarray(pixels)
    # Of both sides, the one that has to be shrunk less decides.
    target, side = max(
        ((round(1.5 * size[0]), image.height), (round(1.5 * size[1]), image.width)),
        key=lambda pair: pair[0] / pair[1],
    )
    if side > target:
        width, height = (round(length * target / side) for length in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    rng = np.random.default_rng(seed)
    left = int(rng.integers(image.width - size[1] + 1))
    top = int(rng.integers(image.height - size[0] + 1))
    return np.asarray(image)[top : top + size[0], left : left + size[1]]
