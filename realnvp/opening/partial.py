"""Pictures whose file ends too early."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFile

from realnvp.opening.limits import ImageError

BAND = 256  # rows that are compared at once
NONE_LEFT = "The file is cut off before the first row of the picture."


def load_what_is_there(
    fresh: Callable[[], ImageFile.ImageFile],
) -> tuple[ImageFile.ImageFile, Image.Image | None]:
    """An image that was cut off, and what of it is there: mode L, 255 or 0; None for all.

    It is decoded onto black and onto white: what the decoder did not reach differs. Pillow has a
    switch for such files, but it is one for the whole process.

    Args:
        fresh: opens it anew, not yet loaded.

    Raises:
        ImageError: if no row of it is there.
    """
    (black, whole), (white, _) = _onto(fresh(), 0), _onto(fresh(), 1)
    if whole:
        return black, None
    there = Image.new("L", black.size)
    for top in range(0, black.height, BAND):
        area = (0, top, black.width, min(top + BAND, black.height))
        same = np.asarray(black.crop(area)) == np.asarray(white.crop(area))
        same = same.reshape(*same.shape[:2], -1).all(axis=2)
        there.paste(Image.fromarray(same.astype(np.uint8) * 255), area[:2])
    if there.getextrema() == (0, 0):
        raise ImageError(NONE_LEFT)
    return black, there


ALL_THERE = "the end of the file is missing"  # but not of the picture


def words_of(there: Image.Image | None) -> str:
    """How much is there, for `Loaded.cut`; "" for all."""
    if there is None:
        return ""
    share = there.histogram()[255] / (there.width * there.height)
    return f"the file is cut off: {min(round(100 * share), 99)} % of the picture is there"


def _onto(image: ImageFile.ImageFile, fill: int) -> tuple[ImageFile.ImageFile, bool]:
    """The image, decoded onto 0 or, with fill 1, the largest values, and whether all was there."""
    top = 65_535 if image.mode.startswith("I;16") else 255
    colour = (fill * top,) * len(image.getbands())
    image.im = Image.new(image.mode, image.size, colour if len(colour) > 1 else colour[0]).im
    try:
        image.load()
    except (OSError, EOFError, SyntaxError, ValueError, IndexError):
        # What says that the file is at its end before the picture is.
        image.tile = []
        return image, False
    return image, True
