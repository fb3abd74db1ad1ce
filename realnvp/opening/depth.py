"""Samples of more than 8 bits, as 8 bits."""

import numpy as np

BITS = "{} bits rounded to 8"
RANGE = "its range of {:.4g} to {:.4g} made 0 to 255"
# Where white usually is: of fractions, of bytes, of 12, 15, 16, 31 and 32 bits.
WHITES = (1, 255, 4095, 32_767, 65_535, 2**31 - 1, 2**32 - 1)


def eight_bits(values: np.ndarray, black: float = 0.0, white: float = 65_535.0) -> np.ndarray:
    """Numbers, of which `black` becomes 0 and `white` 255, as uint8; what is no number is 0."""
    wide = np.float64 if values.dtype.itemsize > 2 else np.float32
    with np.errstate(all="ignore"):
        scaled: np.ndarray = values.astype(wide)
        np.subtract(scaled, black, out=scaled)
        np.multiply(scaled, 255.0 / (white - black), out=scaled)
        np.add(scaled, 0.5, out=scaled)
        np.nan_to_num(scaled, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        return scaled.clip(0, 255, out=scaled).astype(np.uint8)


def limits_of(values: np.ndarray) -> tuple[float, float, str]:
    """Which of these numbers are black and white, and what is to be said of it.

    Whole numbers of up to 16 bits without a sign reach from 0 to the largest. Of others nobody has
    said where white is: it is the least usual white that none of them exceeds, 1 for fractions.
    Where all lie far below a larger one, or some below 0, their own range is used.
    """
    bits = 8 * values.dtype.itemsize
    if values.dtype.kind == "u" and bits <= 16:
        return 0.0, float(2**bits - 1), BITS.format(bits)
    if bits == 8:
        return 0.0, 127.0, RANGE.format(0, 127)
    kept = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    if not kept.size:
        return 0.0, 1.0, BITS.format(bits)
    low, high = float(kept.min()), float(kept.max())
    least = 1 if values.dtype.kind == "f" else 255
    usual = next((white for white in WHITES if white >= max(high, least)), None)
    if low >= 0 and usual is not None and (usual == 1 or 4 * high >= usual or low == high):
        return 0.0, float(usual), BITS.format(bits)
    if low == high:
        return low, low + 1.0, BITS.format(bits)
    return low, high, RANGE.format(low, high)
