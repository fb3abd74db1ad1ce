"""Downsampled ImageNet 32x32 and 64x64, in its .npz batches."""

import math
import re
from pathlib import Path

import numpy as np

from realnvp.data import checks
from realnvp.data.archive import Archive
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.resize import shrink


def find(folder: Path, start: str) -> list[Path]:
    """Batches in the folder, or one folder below, in the order of their numbers."""
    found = [*folder.glob(f"{start}*.npz")] or [*folder.glob(f"*/{start}*.npz")]
    return sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.stem)])


def holds(folder: Path) -> bool:
    """Whether a training or validation batch lies there."""
    return bool(find(folder, "train_data_batch_") or find(folder, "val_data"))


def read(folder: Path, size: tuple[int, int] | None = None) -> ImageSet:
    """Read train_data_batch_*.npz, as many as there are, and val_data*.npz as the test images.

    Each batch has 'data', uint8 (N, 3 S S) in red, green and blue planes, and 'labels' from 1;
    here classes count from 0 and are named by the files' own numbers, '1' to '1000'.

    Args:
        folder: where the batches lie, or one folder above.
        size: shrink each batch to this (H, W) as it is read, to hold less in memory.

    Raises:
        DataError: if a batch is not so, or one part is missing.
    """
    parts = []
    for start in ("train_data_batch_", "val_data"):
        paths = find(folder, start)
        if not paths:
            problem = f"no {start}*.npz; expected train_data_batch_*.npz and val_data*.npz"
            raise DataError(folder, problem)
        parts.append(_read_batches(paths, size))
    (train, train_labels), (test, test_labels) = parts
    classes = 1 + max(int(train_labels.max()), int(test_labels.max()))
    names = tuple(str(label + 1) for label in range(classes))
    return checks.assemble(folder, train, test, train_labels, test_labels, names)


def _read_batches(paths: list[Path], size: tuple[int, int] | None) -> tuple[np.ndarray, np.ndarray]:
    archives = [Archive(path) for path in paths]
    side = _side(archives[0])
    count = sum(_count(archive, side) for archive in archives)
    images = np.empty((count, 3, *(size or (side, side))), np.uint8)
    labels = np.empty(count, np.int64)
    start = 0
    for archive in archives:
        data = archive.read("data").reshape(-1, 3, side, side)
        part = slice(start, start + len(data))
        images[part] = shrink(data, size)
        found = checks.class_labels(archive.path, "labels", archive.read("labels"), len(data))
        if found.min() < 1:
            raise DataError(archive.path, "'labels' has a 0; expected them to count from 1")
        labels[part] = found - 1
        start = part.stop
    return images, labels


def _side(archive: Archive) -> int:
    """The images' side, from the shape of 'data'."""
    header = archive.headers.get("data")
    if header is None or "labels" not in archive.headers:
        problem = f"expected arrays 'data' and 'labels', it holds {archive.names}"
        raise DataError(archive.path, problem)
    shape = "x".join(map(str, header.shape))
    if header.dtype != np.uint8 or len(header.shape) != 2:
        problem = f"'data' is {header.dtype} of shape {shape}; expected uint8 (N, 3 S S)"
        raise DataError(archive.path, problem)
    side = math.isqrt(header.shape[1] // 3)
    if side == 0 or 3 * side * side != header.shape[1]:
        problem = f"'data' has rows of {header.shape[1]} bytes; expected 3 S S, as 3072 or 12288"
        raise DataError(archive.path, problem)
    if header.shape[0] == 0:
        raise DataError(archive.path, "'data' holds no images")
    return side


def _count(archive: Archive, side: int) -> int:
    if (found := _side(archive)) != side:
        raise DataError(
            archive.path, f"images are {found}x{found}; the first batch's {side}x{side}"
        )
    return archive.headers["data"].shape[0]
