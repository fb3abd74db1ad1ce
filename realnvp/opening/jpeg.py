"""JPEGs: made small while they are decoded, and shown as far as they are there."""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFile

from realnvp.opening.limits import ImageError
from realnvp.opening.loaded import FactorOf, Loaded, Plan, only, orientation_of, parts_of
from realnvp.opening.partial import ALL_THERE, load_what_is_there, words_of

END = b"\xff\xd9"
FILL = b"\xa5\x5a" * 2048  # in the place of what is missing
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
MAX_SCANS = 300  # each of a progressive file costs as much as a picture; ten or so are usual


def plan(data: bytes, factor_of: FactorOf) -> Plan:
    """How to open it.

    Args:
        factor_of: how many times smaller a picture of a size is wanted at least.

    Raises:
        ImageError: if it has very many scans, or none.
        Exception: others, if it is damaged.
    """
    found = outline(data)
    if not found.scans:
        raise ImageError("The picture is damaged or cut off.")
    # With an end, the decoder gives all that it has.
    ended = data if not found.is_cut else data[: found.end] + END

    def fresh(data: bytes = ended) -> ImageFile.ImageFile:
        image = Image.open(io.BytesIO(data), formats=("JPEG",))
        factor = factor_of(image.size)
        image.draft(None, (max(1, image.width // factor), max(1, image.height // factor)))
        return image

    with Image.open(io.BytesIO(ended), formats=("JPEG",)) as whole:
        size = whole.size
        held = _coefficients(whole) if found.is_held else 0.0
    image = fresh()
    memory = held + (3 if found.is_cut else 1) * 4.0 * image.width * image.height

    def load() -> Loaded:
        image.load()
        if not found.is_cut:
            return _loaded(image)
        other = fresh(data[: found.end] + FILL + END)
        other.load()
        if ImageChops.difference(image, other).getbbox(alpha_only=False) is None:
            made = _loaded(image)  # whatever had come after it would not be part of it
            made.notes.append(ALL_THERE)
        elif found.is_held:
            made = _loaded(image)
            made.cut = "the file is cut off: a part of the picture, or of its detail, is missing"
        else:
            most, there = load_what_is_there(lambda: fresh(data))
            made = _loaded(most)
            made.cut = words_of(there)
            if there is not None:
                made.part = only(made.part, there)
        return made

    return Plan(size, memory, load)


def _loaded(image: Image.Image) -> Loaded:
    made = Loaded(image.size, parts_of(image), image.mode == "L", orientation_of(image))
    made.profile = image.info.get("icc_profile")
    if image.mode == "CMYK" and made.profile is None:
        made.notes.append("from CMYK, without a colour profile")
    return made


@dataclass(frozen=True)
class Outline:
    """What can be seen without decoding.

    Args:
        end: of the last part that is there as a whole, in bytes.
        is_cut: whether the end of the picture is missing.
        scans: how often the decoder goes over the picture.
        is_held: whether it has to hold all coefficients at once.
    """

    end: int
    is_cut: bool
    scans: int
    is_held: bool


def outline(data: bytes) -> Outline:
    """Walk over the parts of a JPEG.

    Raises:
        ImageError: if it has very many scans.
    """
    at, scans, components, is_held = 2, 0, 0, False
    while True:
        start = at
        while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] == b"\xff":
            at += 1  # fill bytes
        if at + 4 > len(data) or data[at] != 0xFF:
            is_end = data[at : at + 2] == b"\xff\xd9"
            return Outline(at + 2 if is_end else start, not is_end, scans, is_held)
        kind = data[at + 1]
        if kind == 0xD9:
            return Outline(at + 2, False, scans, is_held)
        if kind in _ALONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if at + 2 + length > len(data):
            return Outline(start, True, scans, is_held)
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC) and len(body) > 5:
            components = body[5]
            is_held = is_held or kind in (0xC2, 0xC6, 0xCA, 0xCE)
        at += 2 + length
        if kind == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise ImageError("The picture is made of too many parts.")
            is_held = is_held or (bool(body) and body[0] < components)
            at = _end_of_scan(data, at)


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker is, or the end."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            return len(data)
        if at + 1 == len(data):
            return at
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _coefficients(image: Image.Image) -> float:
    """Bytes of all coefficients of an opened JPEG, two for each."""
    layers = [(across, down) for _, across, down, _ in getattr(image, "layer", [])]
    if not layers:
        return 0.0
    largest = max(across for across, _ in layers) * max(down for _, down in layers)
    share = sum(across * down for across, down in layers) / max(1, largest)
    return 2.1 * image.width * image.height * share
