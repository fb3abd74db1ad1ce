"""A zip file of pictures that may come from anyone, as an image set."""

import io
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from realnvp.data.imageset import DataError
from realnvp.fitting import fit
from realnvp.images import MAX_BYTES, ImageError, open_image

MAX_MEMBERS = 20_000
MAX_UNPACKED = 512 * 2**20  # bytes of all pictures together, as files
MAX_SECONDS = 60  # of opening: a white picture of 25 megapixels takes hardly any bytes
TEST_SHARE = 0.1


@dataclass(frozen=True)
class Unzipped:
    """What was found.

    Args:
        images: uint8 (N, side, side, 3).
        refused: files that are no pictures, or damaged.
    """

    images: np.ndarray
    refused: int


def unzip(
    data: bytes,
    side: int,
    name: str = "upload.zip",
    progress: Callable[[float], None] = lambda share: None,
) -> Unzipped:
    """The pictures in a zip file, each cut to a square in the middle and brought to `side` pixels.

    Nothing is written to disk, and no name in the file is used.

    Args:
        progress: called before each picture with the share of those before it, 0 to 1.

    Raises:
        DataError: if it is no zip file, is damaged, holds too much, or no picture at all.
    """
    images: list[np.ndarray] = []
    refused = 0
    end = time.monotonic() + MAX_SECONDS
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise DataError(name, f"holds {len(members)} files; expected at most {MAX_MEMBERS}")
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise DataError(name, f"unpacks to more than {MAX_UNPACKED >> 20} MB")
            for place, member in enumerate(members):
                progress(place / len(members))
                if time.monotonic() > end:
                    raise DataError(name, f"takes more than {MAX_SECONDS} seconds to open")
                with archive.open(member) as file:
                    content = file.read(MAX_BYTES + 1)
                try:
                    image, _ = fit(open_image(content, may_be_cut=False).pixels, (side, side), 3)
                except ImageError:
                    refused += 1
                    continue
                images.append(image[0].permute(1, 2, 0).numpy())
    except DataError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        LookupError,
        NotImplementedError,
    ):
        # A damaged zip file raises any of these, from wherever its bytes stop making sense.
        raise DataError(name, "no zip file, or a damaged one") from None
    if not images:
        raise DataError(name, "no picture in it can be read")
    return Unzipped(np.stack(images), refused)


def is_npz(data: bytes) -> bool:
    """Whether a zip file holds the array "train", as an .npz image set does."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "train.npy" in archive.namelist()
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, LookupError, NotImplementedError):
        return False


def write_split(path: Path, images: np.ndarray, seed: int = 0) -> None:
    """Pictures, uint8 (N, H, W, C), as an .npz file with a tenth of them, at least one, for test.

    Raises:
        ValueError: if there are fewer than two.
    """
    if len(images) < 2:
        raise ValueError("one picture cannot be split into train and test")
    order = np.random.default_rng(seed).permutation(len(images))
    test = max(1, round(TEST_SHARE * len(images)))
    np.savez(path, train=images[order[test:]], test=images[order[:test]])
