"""Arrays from a file brought to the form of an ImageSet, or refused with the reason."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from realnvp.data.imageset import DataError, ImageSet

MAX_CLASSES = 65536
MAX_NAME = 100

# A file may unpack to this much, or to this many times its own size, whichever is more.
# Pictures rarely shrink tenfold; a bomb shrinks a thousandfold.
ALWAYS_ALLOWED_BYTES = 64 * 2**20
ALLOWED_RATIO = 100


def check_unpacked_size(path: Path, unpacked: int) -> None:
    """Refuse a compressed file that claims to hold far more than pictures of its size do."""
    allowed = max(ALWAYS_ALLOWED_BYTES, ALLOWED_RATIO * path.stat().st_size)
    if unpacked > allowed:
        raise DataError(path, f"unpacks to {unpacked} bytes; expected at most {allowed}")


def channels_first(path: Path, name: str, images: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W), (N, H, W, C) or (N, C, H, W) to contiguous (N, C, H, W); C is 1 or 3."""
    shape = "x".join(map(str, images.shape))
    if images.dtype != np.uint8:
        raise DataError(path, f"{name!r} holds {images.dtype} values; expected uint8 images")
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim == 4 and images.shape[3] not in (1, 3) and images.shape[1] in (1, 3):
        images = images.transpose(0, 2, 3, 1)
    if images.ndim != 4 or images.shape[3] not in (1, 3):
        problem = f"{name!r} has shape {shape}"
        raise DataError(path, f"{problem}; expected (N, H, W), (N, H, W, 3) or (N, 3, H, W)")
    if 0 in images.shape:
        raise DataError(path, f"{name!r} holds no images, its shape is {shape}")
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def class_labels(path: Path, name: str, labels: np.ndarray, count: int) -> np.ndarray:
    """Integers (N,) to int64 class indices; there must be one for each of `count` images."""
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        problem = f"{name!r} holds {labels.dtype} values of {labels.ndim} dimensions"
        raise DataError(path, f"{problem}; expected one whole number per image")
    if len(labels) != count:
        raise DataError(path, f"{name!r} holds {len(labels)} labels for {count} images")
    if count and (int(labels.min()) < 0 or int(labels.max()) >= MAX_CLASSES):
        problem = f"{name!r} has labels from {labels.min()} to {labels.max()}"
        raise DataError(path, f"{problem}; expected 0 to {MAX_CLASSES - 1}")
    return labels.astype(np.int64)


def attributes(path: Path, name: str, values: np.ndarray, count: int) -> np.ndarray:
    """0/1, of any type, (N, A) to uint8; there must be one row for each of `count` images."""
    if values.dtype.kind not in "biuf" or values.ndim != 2 or values.shape[1] == 0:
        problem = f"{name!r} holds {values.dtype} values of shape {values.shape}"
        raise DataError(path, f"{problem}; expected a row of 0 and 1 per image")
    if len(values) != count:
        raise DataError(path, f"{name!r} holds {len(values)} rows for {count} images")
    if values.dtype.kind == "b":
        values = values.view(np.uint8)  # a damaged boolean may hold any byte
    if not np.isin(values, (0, 1)).all():
        raise DataError(path, f"{name!r} holds values other than 0 and 1")
    return values.astype(np.uint8)


def names(path: Path, name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """A tuple of the texts, which must be distinct, short and printable."""
    found = tuple(texts)
    if not all(text and len(text) <= MAX_NAME and text.isprintable() for text in found):
        problem = f"{name!r} holds a name that is empty, unprintable or over {MAX_NAME} letters"
        raise DataError(path, problem)
    if len(set(found)) < len(found):
        raise DataError(path, f"{name!r} holds the same name twice")
    return found


def assemble(
    path: Path,
    train: np.ndarray,
    test: np.ndarray,
    train_labels: np.ndarray | None = None,
    test_labels: np.ndarray | None = None,
    label_names: tuple[str, ...] | None = None,
) -> ImageSet:
    """An ImageSet whose parts fit together. Without names, classes are called '0', '1', ..."""
    title = path.stem if path.suffix.lower() in (".npz", ".zip") else path.name
    if train.shape[1:] != test.shape[1:]:
        first, second = ("x".join(map(str, images.shape[1:])) for images in (train, test))
        problem = f"training images are {first} (channels, height, width), test images {second}"
        raise DataError(path, problem)
    if train_labels is None or test_labels is None:
        return ImageSet(title, train, test)
    if train_labels.ndim == 2:
        widths = {train_labels.shape[1], test_labels.shape[1], len(label_names or ())}
        if len(widths) > 1:
            counts = " and ".join(map(str, sorted(widths)))
            raise DataError(path, f"numbers of attributes and of their names differ: {counts}")
    else:
        classes = 1 + max(int(train_labels.max()), int(test_labels.max()))
        if label_names is None:
            label_names = tuple(map(str, range(classes)))
        if classes > len(label_names):
            problem = f"label {classes - 1} has no name; there are {len(label_names)} names"
            raise DataError(path, problem)
    return ImageSet(title, train, test, train_labels, test_labels, label_names or ())
