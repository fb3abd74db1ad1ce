"""Images made smaller, by the box mean where it is exact."""

import numpy as np
from PIL import Image

from realnvp.fitting import centre_box

CHUNK = 1024  # images summed at once, so that a set of gigabytes needs only megabytes more

Size = int | tuple[int, int]  # the side of a square, or (H, W), in pixels


def shape_of(size: Size | None) -> tuple[int, int] | None:
    """(H, W).

    Raises:
        ValueError: if a side is less than 1.
    """
    if size is None:
        return None
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise ValueError(f"size {spoken(size)} must be at least 1")
    return height, width


def spoken(size: Size) -> str:
    """A size in messages: "32", or "48x32" for height and width."""
    height, width = (size, size) if isinstance(size, int) else size
    return str(height) if height == width else f"{height}x{width}"


def shrink(images: np.ndarray, size: Size | None) -> np.ndarray:
    """The same images at another size, cut to its proportions in the middle first.

    When both sides of what is left are the same multiple of the new ones, each new pixel is the
    mean of its box, halves rounded up:

        y[i, j] = floor(mean of x[f i : f i + f, f j : f j + f] + 1/2),   f = side / size

    Otherwise Pillow's Lanczos filter, which widens with the factor and so does not alias.

    Args:
        images: uint8 (N, C, H, W).
        size: None leaves the images as they are.

    Returns:
        uint8 (N, C, *size), or `images` itself when there is nothing to do.

    Raises:
        ValueError: if the images are smaller than `size`.
    """
    shape, own = shape_of(size), images.shape[2:]
    if shape is None or own == shape:
        return images
    if shape[0] > own[0] or shape[1] > own[1]:
        theirs = f"{own[0]}x{own[1]}"
        raise ValueError(f"size {spoken(shape)} is larger than the images, {theirs}; choose less")
    left, top, right, bottom = centre_box(images[0, 0], shape)
    small = np.empty((*images.shape[:2], *shape), np.uint8)
    factor, rest = divmod(bottom - top, shape[0])
    exact = (factor * shape[1], rest) == (right - left, 0)
    for start in range(0, len(images), CHUNK):
        cut = images[start : start + CHUNK, :, top:bottom, left:right]
        small[start : start + CHUNK] = _box_mean(cut, factor) if exact else _lanczos(cut, shape)
    return small


def _box_mean(images: np.ndarray, factor: int) -> np.ndarray:
    total = np.zeros(images[:, :, ::factor, ::factor].shape, np.uint64)
    for row in range(factor):
        for column in range(factor):
            total += images[:, :, row::factor, column::factor]
    return ((total + factor**2 // 2) // factor**2).astype(np.uint8)


def _lanczos(images: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    small = np.empty((*images.shape[:2], *shape), np.uint8)
    for index in np.ndindex(images.shape[:2]):
        plane = Image.fromarray(np.ascontiguousarray(images[index]))
        small[index] = np.asarray(plane.resize(shape[::-1], Image.Resampling.LANCZOS))
    return small
