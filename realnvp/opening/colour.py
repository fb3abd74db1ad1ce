"""Colours of any description, as sRGB.

With LittleCMS, as browsers do it: the profile's own rendering intent, but white stays white and
black becomes black.
"""

import io
import struct
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

MAX_PROFILE = 8 * 2**20  # bytes; those of printers have one or two millions
SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}  # what a profile has to be of
Named = tuple[bytes | None, str | None]
MAX_TAGS = 100  # as LittleCMS has it
STEPS = 7  # colours of each channel that tell whether a profile changes anything
NO_PROFILE = "its colour profile is damaged or does not fit, and was left out"

# Chromaticities: white, red, green and blue, x and y each.
SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_C, _D65 = (0.310, 0.316), SRGB[:2]
_NTSC = (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)
PRIMARIES = {  # by the numbers of H.273
    1: ("sRGB", SRGB),
    4: ("NTSC 1953", (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08)),
    5: ("Rec. 601", (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: ("Rec. 601", _NTSC),
    7: ("SMPTE 240M", _NTSC),
    8: ("film", (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049)),
    9: ("Rec. 2020", (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    10: ("XYZ", (1 / 3, 1 / 3, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)),
    11: ("DCI P3", (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: ("Display P3", (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    22: ("EBU 3213", (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077)),
}
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}  # transfers of H.273 that are a power; of others, sRGB's curve
HDR = {16, 18}  # those of brightness beyond white

# From cones' responses to XYZ and back, for another white (Bradford); and the white of profiles.
_CONES = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])


def to_srgb(
    image: Image.Image, profile: bytes, notes: list[str], name: str | None = None
) -> Image.Image:
    """The image, of mode L, LA, RGB, RGBA, CMYK or LAB, in sRGB: in RGB, RGBA, or as it was.

    Args:
        profile: ICC. One that cannot be used is left out, with a note.
        name: of the profile, for people; None is what it says itself.
        notes: gets a line if anything was changed.
    """
    base, alpha = image, None
    if image.mode in ("LA", "RGBA"):
        *channels, alpha = image.split()
        base = Image.merge(image.mode[:-1], channels)
    try:
        transform, own_name = _transform(profile, base.mode)
        if transform is None:
            return image
        if base.mode == "L" and SPACES["L"] != _space(profile):
            base = base.convert("RGB")
        base = transform.apply(base)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, struct.error):
        notes.append(NO_PROFILE)
        return image
    notes.append(f"colours converted from {name or own_name}")
    if alpha is not None:
        base.putalpha(alpha)
    return base


def lab_profile() -> bytes:
    """Of CIE L*a*b*, for what is in it without saying so."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@lru_cache(maxsize=4)  # a set of pictures has one profile for all
def _transform(profile: bytes, mode: str) -> tuple[ImageCms.ImageCmsTransform | None, str]:
    """From the profile to sRGB, or None if that is the same; and the profile's name.

    Raises:
        ImageCms.PyCMSError, OSError, ValueError, TypeError, struct.error: if it cannot be used.
    """
    if not 128 < len(profile) <= MAX_PROFILE:
        raise ValueError("no profile has this size")
    source = ImageCms.ImageCmsProfile(io.BytesIO(_bounded(profile)))
    space = _space(profile)
    if space != SPACES[mode] and (mode, space) != ("L", "RGB"):
        raise ValueError("the profile is one of other channels")
    mode = "RGB" if mode == "L" and space == "RGB" else mode
    intent = ImageCms.Intent(ImageCms.getDefaultIntent(source))
    if intent == ImageCms.Intent.ABSOLUTE_COLORIMETRIC:
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC  # paper is white
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    made = ImageCms.buildTransform(source, _srgb(), mode, "RGB", intent, flags)
    if mode in ("L", "RGB") and _changes_nothing(made, mode):
        return None, ""
    return made, _name(source)


def _bounded(profile: bytes) -> bytes:
    """The profile without the tables that may be of any number of steps, and take hours.

    They are there beside others that say the same with less precision.
    """
    bounded = bytearray(profile)
    for place, (tag, _) in enumerate(_tags(profile)):
        if tag[:3] in (b"D2B", b"B2D"):
            struct.pack_into(">4s", bounded, 132 + 12 * place, b"none")
    return bytes(bounded)


def _space(profile: bytes) -> str:
    return profile[16:20].decode("latin-1").strip()


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether it is sRGB by another name: what would change is rounding."""
    levels = np.linspace(0, 255, 256 if mode == "L" else STEPS).round().astype(np.uint8)
    if mode == "RGB":
        greys = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)
        colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
        levels = np.concatenate([greys, colours])
    before = Image.fromarray(levels[None])
    after = np.asarray(transform.apply(before)).astype(int)
    return bool(np.abs(after - np.asarray(before.convert("RGB"))).max() <= 1)


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    """The profile's name for people; anything may stand there."""
    try:
        found = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, UnicodeError):
        found = ""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in found).split())
    return found[:40].strip() or "its own profile"


def coded(primaries: int, transfer: int, notes: list[str]) -> Named:
    """A profile of colours by the numbers of H.273, and its name; None if they are sRGB."""
    if transfer in HDR:
        notes.append("brightness beyond white is not shown as such")
    name, chromaticity = PRIMARIES.get(primaries, PRIMARIES[1])
    gamma = GAMMAS.get(transfer)
    if chromaticity == SRGB and gamma is None:
        return None, None
    power = f", gamma {gamma:g}" if gamma else ""
    return matrix_profile(chromaticity, gamma), name + power


def of_png(gamma: float | None, chromaticity: Sequence[float] | None, notes: list[str]) -> Named:
    """A profile for PNG's gAMA and cHRM, and its name; None if they say no more than sRGB does.

    Args:
        gamma: of the samples: 0.45455, and what is within 5 % of it, is what programs write that
            mean sRGB.
        chromaticity: white, red, green and blue, x and y each.
    """
    is_usual = chromaticity is None or np.abs(np.subtract(chromaticity, SRGB)).max() < 0.002
    if is_usual and (gamma is None or abs(gamma * 2.2 - 1) < 0.05):
        return None, None
    try:
        power = None if gamma is None else 1 / gamma
        if power is not None and not 0.05 <= power <= 20:
            raise ValueError("no screen has this gamma")
        profile = matrix_profile(SRGB if is_usual or not chromaticity else chromaticity, power)
    except (ValueError, ZeroDivisionError, OverflowError, struct.error, np.linalg.LinAlgError):
        notes.append(NO_PROFILE)
        return None, None
    words = [] if power is None else [f"gamma {power:.3g}"]
    return profile, " and ".join(words + ([] if is_usual else ["other primaries"]))


def matrix_profile(chromaticity: Sequence[float], gamma: float | None) -> bytes:
    """An ICC profile of three primaries and one curve.

    LittleCMS' own profile of sRGB, with other numbers in the same places.

    Args:
        chromaticity: white, red, green and blue, x and y each.
        gamma: the power of the curve; None is sRGB's.

    Raises:
        ValueError, ZeroDivisionError, struct.error, LinAlgError: if no such colours can be.
    """
    white, *primaries = (
        np.array([x, y, 1 - x - y])
        for x, y in zip(chromaticity[::2], chromaticity[1::2], strict=True)
    )
    white = white * (1 / chromaticity[1])
    columns = np.stack(primaries, axis=1)
    columns = columns * np.linalg.solve(columns, white)
    cones = np.diag((_CONES @ _D50) / (_CONES @ white))
    columns = np.linalg.inv(_CONES) @ cones @ _CONES @ columns
    if not np.isfinite(columns).all() or np.abs(columns).max() > 4:
        raise ValueError("no light has such colours")
    profile = bytearray(_srgb().tobytes())
    places = dict(_tags(profile))
    for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True):
        numbers = (round(float(value) * 65_536) for value in column)
        struct.pack_into(">3i", profile, places[tag] + 8, *numbers)
    if gamma is not None:
        for tag in (b"rTRC", b"gTRC", b"bTRC"):  # function 0 of "para": a power
            struct.pack_into(">Hxxi", profile, places[tag] + 8, 0, round(gamma * 65_536))
    return bytes(profile)


def _tags(profile: bytes | bytearray) -> list[tuple[bytes, int]]:
    count = struct.unpack_from(">I", profile, 128)[0]
    if count > MAX_TAGS:
        raise ValueError("no profile has so many tags")
    return [struct.unpack_from(">4sI", profile, 132 + 12 * place) for place in range(count)]
