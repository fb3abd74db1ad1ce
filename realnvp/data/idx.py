"""The four idx files that MNIST and Fashion-MNIST come in."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from realnvp.data import checks
from realnvp.data.imageset import DataError, ImageSet

NAMES = {
    (part, kind): [f"{part}-{kind}{dot}idx{rank}-ubyte{gz}" for gz in ("", ".gz") for dot in "-."]
    for part in ("train", "t10k")
    for kind, rank in (("images", 3), ("labels", 1))
}
SUBFOLDERS = ("raw", "MNIST/raw", "FashionMNIST/raw")  # where torchvision puts them
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# The two sets look alike from outside; the first training labels tell them apart.
FASHION_BEGINS = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]


def holds(folder: Path) -> bool:
    """Whether any of the four files lies in the folder, or in one of torchvision's below it."""
    return _place(folder) is not None


def _place(folder: Path) -> Path | None:
    """Where the files are; None if nowhere, or if two sets are below."""
    places = [
        place
        for place in (folder, *(folder / below for below in SUBFOLDERS))
        if any((place / name).is_file() for names in NAMES.values() for name in names)
    ]
    return places[0] if places and (places[0] == folder or len(places) == 1) else None


def read(folder: Path) -> ImageSet:
    """Read train-images-idx3-ubyte and its three siblings, each plain or with .gz.

    Raises:
        DataError: if one of them is missing, truncated, too long or something else.
    """
    arrays = {}
    place = _place(folder) or folder
    for key, names in NAMES.items():
        found = [place / name for name in names if (place / name).is_file()]
        if not found:
            raise DataError(folder, f"{names[0]} is missing (.gz will do as well)")
        arrays[key] = found[0], read_idx(found[0], rank=3 if key[1] == "images" else 1)
    images, labels = {}, {}
    for part in ("train", "t10k"):
        path, array = arrays[part, "images"]
        images[part] = checks.channels_first(path, "images", array)
        path, array = arrays[part, "labels"]
        labels[part] = checks.class_labels(path, "labels", array, len(images[part]))
    fashion = labels["train"][:10].tolist() == FASHION_BEGINS
    return checks.assemble(
        folder,
        images["train"],
        images["t10k"],
        labels["train"],
        labels["t10k"],
        GARMENTS if fashion else None,
    )


def read_idx(path: Path, *, rank: int) -> np.ndarray:
    """One idx file of unsigned bytes, plain or gzipped whatever its name says.

    Args:
        path: the file.
        rank: dimensions expected: 3 for images, 1 for labels.

    Returns:
        uint8, of the shape that the header gives.

    Raises:
        DataError: if the header is another one or does not fit the bytes that follow.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        header = _read_up_to(path, file, 4 + 4 * rank)
        if len(header) < 4 + 4 * rank:
            raise DataError(path, f"truncated: {len(header)} bytes, not even a whole idx header")
        magic, *shape = struct.unpack(f">{1 + rank}I", header)
        if magic != 0x0800 + rank:
            kind = {0x0801: "idx labels", 0x0803: "idx images"}.get(magic, "no idx bytes")
            expected = "images" if rank == 3 else "labels"
            problem = f"{kind}: starts with {magic:#010x}"
            raise DataError(path, f"{problem}; expected idx {expected}, {0x0800 + rank:#010x}")
        item, declared = math.prod(shape[1:]), math.prod(shape)
        if declared == 0:
            raise DataError(path, "empty: its header says " + _count(shape))
        if packed:
            checks.check_unpacked_size(path, declared)
        body = _read_up_to(path, file, declared + 1)  # grows with what is really there
    if len(body) < declared:
        held = f"{math.floor(10 * len(body) / item) / 10:.1f}".removesuffix(".0")
        raise DataError(path, f"truncated: header says {_count(shape)}, file holds {held}")
    if len(body) > declared:
        raise DataError(path, f"too long: header says {_count(shape)}, but more bytes follow")
    return np.frombuffer(body, np.uint8).reshape(shape)


def _count(shape: list[int]) -> str:
    if len(shape) == 1:
        return f"{shape[0]} labels"
    return f"{shape[0]} images of {shape[1]}x{shape[2]}"


def _read_up_to(path: Path, file: IO[bytes], count: int) -> bytearray:
    """The next `count` bytes, fewer at the end; a broken gzip stream ends where it breaks off."""
    data = bytearray()
    try:
        while len(data) < count and (block := file.read(min(2**20, count - len(data)))):
            data += block
    except EOFError:
        pass
    except (gzip.BadGzipFile, zlib.error):
        raise DataError(path, "damaged: its gzip stream does not unpack") from None
    return data
