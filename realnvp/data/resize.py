"""Images made smaller, by the box mean where it is exact."""

import numpy as np
from PIL import Image

CHUNK = 1024  # images summed at once, so that a set of gigabytes needs only megabytes more


def shrink(images: np.ndarray, size: int | None) -> np.ndarray:
    """The same images with both sides `size` pixels long.

    When the side is a multiple of `size`, each new pixel is the mean of its box, halves rounded up:

        y[i, j] = floor(mean of x[f i : f i + f, f j : f j + f] + 1/2),   f = side / size

    Otherwise Pillow's Lanczos filter, which widens with the factor and so does not alias.

    Args:
        images: uint8 (N, C, H, W).
        size: pixels; None leaves the images as they are.

    Returns:
        uint8 (N, C, size, size), or `images` itself when there is nothing to do.

    Raises:
        ValueError: if the images are not square, or are smaller than `size`.
    """
    height, width = images.shape[2:]
    if size is None or (height, width) == (size, size):
        return images
    if size < 1:
        raise ValueError(f"size {size} must be at least 1")
    if height != width:
        raise ValueError(f"size {size} needs square images; these are {height}x{width}")
    if size > height:
        raise ValueError(f"size {size} is larger than the images, {height}x{width}; choose less")
    small = np.empty((*images.shape[:2], size, size), np.uint8)
    resize = _box_mean if height % size == 0 else _lanczos
    for start in range(0, len(images), CHUNK):
        part = slice(start, start + CHUNK)
        small[part] = resize(images[part], size)
    return small


def _box_mean(images: np.ndarray, size: int) -> np.ndarray:
    factor = images.shape[-1] // size
    total = np.zeros((*images.shape[:2], size, size), np.uint64)
    for row in range(factor):
        for column in range(factor):
            total += images[:, :, row::factor, column::factor]
    return ((total + factor**2 // 2) // factor**2).astype(np.uint8)


def _lanczos(images: np.ndarray, size: int) -> np.ndarray:
    small = np.empty((*images.shape[:2], size, size), np.uint8)
    for index in np.ndindex(images.shape[:2]):
        plane = Image.fromarray(images[index])
        small[index] = np.asarray(plane.resize((size, size), Image.Resampling.LANCZOS))
    return small
