"""A folder of pictures, with CelebA's lists where they are there."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from realnvp.data import celeba, checks
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.picture import Crop, name_hash, read_picture
from realnvp.images import ENDINGS


def holds(folder: Path) -> bool:
    """Whether any picture lies in the folder or below."""
    return next(_names(folder), None) is not None


def read(
    folder: Path, size: int | None = None, test_fraction: float = 0.1, crop: Crop = "center"
) -> ImageSet:
    """Read every picture in the folder and below, in the order of their names.

    The set is grey when every picture is, else RGB. Hidden files and folders are passed over.

    Which pictures are held out for the test: with CelebA's list_eval_partition.txt in the folder
    or the one above, those it marks 2 (those it marks 1, for validation, are left out). Otherwise
    the round(N test_fraction), at least one, whose paths below the folder have the smallest
    SHA-256: the same everywhere, and nearly the same when pictures are added.

    With list_attr_celeba.txt in the folder or the one above, its attributes are the labels.

    Args:
        folder: where the pictures are; folders below mean nothing.
        size, crop: see `read_picture`. Without a size, all cut squares must be of one size.
        test_fraction: in (0, 1).

    Raises:
        DataError: naming the picture or list that cannot be used.
    """
    names = sorted(_names(folder))
    train, test = _split(folder, names, test_fraction)
    attributes = celeba.find(folder, celeba.ATTRIBUTES)
    labels = _attributes(attributes, train, test) if attributes else (None, None, None)
    images, grey = _read_all(folder, train + test, size, crop)
    if grey:
        images = np.ascontiguousarray(images[:, :1])
    return checks.assemble(folder, images[: len(train)], images[len(train) :], *labels)


def _names(folder: Path) -> Iterator[str]:
    """Pictures' paths below the folder, with / between the parts."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for file in files:
            if Path(file).suffix.lower().removeprefix(".") in ENDINGS and not file.startswith("."):
                yield (Path(place) / file).relative_to(folder).as_posix()


def _split(folder: Path, names: list[str], test_fraction: float) -> tuple[list[str], list[str]]:
    if partition := celeba.find(folder, celeba.PARTITION):
        part_of = celeba.read_partition(partition)
        for name in names:
            if Path(name).stem not in part_of:
                raise DataError(partition, f"no row for {Path(name).name}")
        train = [name for name in names if part_of[Path(name).stem] == celeba.TRAIN]
        test = [name for name in names if part_of[Path(name).stem] == celeba.TEST]
        if not (train and test):
            problem = f"marks {len(train)} of the pictures for training and {len(test)} for test"
            raise DataError(partition, f"{problem}; expected some of each")
        return train, test
    if len(names) < 2:
        raise DataError(folder, "one picture only; expected at least one to train on, one to test")
    count = min(max(1, round(len(names) * test_fraction)), len(names) - 1)
    held_out = set(sorted(names, key=name_hash)[:count])
    return [name for name in names if name not in held_out], sorted(held_out)


def _attributes(
    path: Path, train: list[str], test: list[str]
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    attribute_names, rows = celeba.read_attributes(path)
    for name in train + test:
        if Path(name).stem not in rows:
            raise DataError(path, f"no row for {Path(name).name}")
    first, second = (np.stack([rows[Path(name).stem] for name in part]) for part in (train, test))
    return first, second, attribute_names


def _read_all(
    folder: Path, names: list[str], size: int | None, crop: Crop
) -> tuple[np.ndarray, bool]:
    """All pictures, uint8 (N, 3, S, S), and whether all are grey."""
    first, grey = read_picture(folder / names[0], names[0], size, crop)
    images = np.empty((len(names), *first.shape), np.uint8)

    def read_into(index: int) -> bool:
        path = folder / names[index]
        pixels, grey = read_picture(path, names[index], size, crop)
        if pixels.shape != first.shape:
            sides = f"its square has a side of {pixels.shape[-1]}, the first picture's"
            problem = f"{sides} {first.shape[-1]}; give a size to bring all to"
            raise DataError(path, problem)
        images[index] = pixels
        return grey

    images[0] = first
    # Threads help: Pillow decodes without holding the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        greys = list(pool.map(read_into, range(1, len(names))))
    return images, grey and all(greys)
