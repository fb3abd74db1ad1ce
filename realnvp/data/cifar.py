"""CIFAR-10's binary version."""

from pathlib import Path

import numpy as np

from realnvp.data import checks
from realnvp.data.imageset import DataError, ImageSet

SUBFOLDER = "cifar-10-batches-bin"
TRAIN = [f"data_batch_{i}.bin" for i in range(1, 6)]
TEST = "test_batch.bin"
META = "batches.meta.txt"
NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE  # a label, then red, green and blue planes


def holds(folder: Path) -> bool:
    """Whether a batch lies in the folder, or in cifar-10-batches-bin below it."""
    return any(
        (place / name).is_file()
        for place in (folder, folder / SUBFOLDER)
        for name in [*TRAIN, TEST]
    )


def read(folder: Path) -> ImageSet:
    """Read data_batch_1.bin to data_batch_5.bin and test_batch.bin.

    Class names come from batches.meta.txt where it is there.

    Raises:
        DataError: if a batch is missing, is no whole number of records, or has a label over 9.
    """
    place = folder if any((folder / name).is_file() for name in [*TRAIN, TEST]) else None
    place = place or folder / SUBFOLDER
    batches = [_read_batch(place / name) for name in TRAIN]
    train = np.concatenate([images for images, _ in batches])
    train_labels = np.concatenate([labels for _, labels in batches])
    test, test_labels = _read_batch(place / TEST)
    names = _read_names(place / META)
    return checks.assemble(folder, train, test, train_labels, test_labels, names)


def _read_batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    if not path.is_file():
        raise DataError(path, "missing; expected data_batch_1.bin to _5.bin and test_batch.bin")
    size = path.stat().st_size
    if size == 0 or size % RECORD:
        problem = f"truncated or no CIFAR-10 batch: {size} bytes is {size / RECORD:.1f} records"
        raise DataError(path, f"{problem}; expected a whole number of {RECORD} bytes each")
    records = np.fromfile(path, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0]
    if labels.max() > 9:
        record = int(np.argmax(labels > 9))
        problem = f"record {record} has label {labels[record]}; expected 0 to 9"
        raise DataError(path, problem)
    images = np.ascontiguousarray(records[:, 1:]).reshape(-1, 3, SIDE, SIDE)
    return images, labels.astype(np.int64)


def _read_names(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return NAMES
    if path.stat().st_size > 10_000:
        raise DataError(path, "too long; expected ten class names, one a line")
    lines = path.read_text("utf-8", errors="replace").splitlines()
    found = [line.strip() for line in lines if line.strip()]
    if len(found) != 10:
        raise DataError(path, f"{len(found)} class names; expected ten, one a line")
    return checks.names(path, "class names", found)
