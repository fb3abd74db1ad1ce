"""Arrays of any plain numbers that are pictures, as bytes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realnvp.data.imageset import DataError

CHUNK = 2**24  # numbers that are converted at once
_SLACK = 1e-3  # of floats that have been through a resize; far less than a step of 1 / 255


def as_bytes(path: Path, arrays: Sequence[np.ndarray]) -> tuple[list[np.ndarray], str]:
    """The arrays, which are scaled alike, as uint8, and what was assumed; "" if nothing was.

    Whole numbers from 0 to 255 stay as they are; 0 and 1 alone, and booleans, are black and white.
    Floats may reach from 0 to 1, from -1 to 1, or from 0 to 255.

    Raises:
        DataError: if they hold anything else, with the range that they have.
    """
    kinds = {array.dtype.kind for array in arrays}
    if not kinds <= set("biuf"):
        types = " and ".join(sorted({str(array.dtype) for array in arrays}))
        raise DataError(path, f"the images are {types} values; expected numbers")
    low, high = _range(path, arrays)
    _check_alike(path, arrays, high)
    spans = f"their values are {low:g} to {high:g}"
    if "f" not in kinds:
        if low < 0 or high > 255:
            raise DataError(path, f"{spans}; expected whole numbers from 0 to 255")
        if high == 1:
            return [_scaled(array, 255, 0) for array in arrays], "0 and 1 are taken as 0 and 255"
        return [array.astype(np.uint8, copy=False) for array in arrays], ""
    if low >= -_SLACK and high <= 1 + _SLACK:
        return [_scaled(array, 255, 0) for array in arrays], "0 to 1 is taken as 0 to 255"
    if low >= -_SLACK and high <= 255 + _SLACK:
        return [_scaled(array, 1, 0) for array in arrays], "floats are rounded to whole numbers"
    # Standardised values, of mean 0 and variance 1, would reach further: both ends are to be there.
    if -1 - _SLACK <= low < -0.9 and 0.9 < high <= 1 + _SLACK:
        return [_scaled(array, 127.5, 127.5) for array in arrays], "-1 to 1 is taken as 0 to 255"
    raise DataError(path, f"{spans}; expected 0 to 255, 0 to 1 or -1 to 1")


def _check_alike(path: Path, arrays: Sequence[np.ndarray], high: float) -> None:
    """Refuse floats of 0 to 1 beside others of 0 to 255: taken alike, all of them would be black.

    Raises:
        DataError: if one array has been divided by 255, and another has not.
    """
    if high <= 1 + _SLACK:
        return
    for array in arrays:
        if array.dtype.kind != "f" or not array.size:
            continue
        least, most = float(array.min()), float(array.max())
        if most <= 1 + _SLACK and (array != array.round()).any():
            spans = f"one array has values of {least:g} to {most:g}, another up to {high:g}"
            raise DataError(path, f"{spans}; expected both on one scale")


def _range(path: Path, arrays: Sequence[np.ndarray]) -> tuple[float, float]:
    ends = [(float(array.min()), float(array.max())) for array in arrays if array.size]
    if not ends:
        raise DataError(path, "the arrays hold no images")
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    if not np.isfinite((low, high)).all():
        raise DataError(path, "the images hold values that are no numbers (NaN or infinite)")
    return low, high


def _scaled(array: np.ndarray, factor: float, shift: float) -> np.ndarray:
    """factor x + shift, rounded; a few million numbers at once, as they take eight times more."""
    made = np.empty(array.shape, np.uint8)
    rows = max(1, CHUNK // max(1, array[:1].size))
    for start in range(0, len(array), rows):
        part = array[start : start + rows].astype(np.float32) * factor + shift
        made[start : start + rows] = part.round().clip(0, 255)
    return made
