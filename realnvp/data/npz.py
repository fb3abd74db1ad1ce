"""Image sets in one plain .npz file."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from realnvp.data import checks, stored_set
from realnvp.data.archive import Archive
from realnvp.data.classes import in_order
from realnvp.data.grey_values import as_bytes
from realnvp.data.imageset import DataError, ImageSet

_PARTS = {
    "train": re.compile(r"training|train|(?<![a-z])trn?(?![a-z])|trn?$"),
    "test": re.compile(r"testing|test|t10k|(?<![a-z])te(?![a-z])|te$"),
    "validation": re.compile(r"validation|valid|val|(?<![a-z])dev(?![a-z])"),
}
# What may be left of a name without its part, the clearest first.
_IMAGES = ("", "x", "images", "image", "imgs", "img", "pictures", "data", "inputs")
_LABELS = ("labels", "label", "y", "targets", "target", "classes", "class")
_NAMES = ("label_names", "class_names", "classes", "names")
_OWN = {"train_labels", "test_labels"}  # of files that follow the README: mistakes are told

Labels = tuple[np.ndarray, np.ndarray, tuple[str, ...] | None]


class Pair(NamedTuple):
    """The names of two arrays of one kind, of the training and the test part."""

    train: str
    test: str


def read(path: Path) -> ImageSet:
    """Read the image arrays of a training and a test part, and the labels beside them.

    The names of the two differ only in the part: 'train' and 'test', 'x_train' and 'x_test' as in
    Keras, 'train_images' and 'test_images' as in MedMNIST; a 'val' stands for a missing test part.
    Images are (N, H, W), (N, H, W, C) or (N, C, H, W), of values as `as_bytes` takes them.

    Attributes are 'train_attributes' and 'test_attributes' (N, A) with names in 'attributes', and
    go before classes. Those are 'train_labels' and 'test_labels', 'y_train' and 'y_test' and so on:
    numbers or names, (N,) or (N, 1), or one-hot; names of the numbers are 'label_names', and may be
    missing. Other arrays are left alone.

    Raises:
        DataError: if there is no such pair, or an array is not so; names the arrays.
    """
    archive = Archive(path)
    notes: list[str] = []
    pair = _image_pair(archive, notes)
    _check_many(archive, pair)
    (train, test), assumed = as_bytes(path, [archive.read(name) for name in pair])
    if assumed:
        notes.append(f"In {pair.train!r} and {pair.test!r}, {assumed}.")
    train = checks.channels_first(path, pair.train, train)
    test = checks.channels_first(path, pair.test, test)
    labels = _attributes(archive, train, test) or _classes(archive, pair, train, test, notes)
    made = checks.assemble(path, train, test, *(labels or ()))
    return stored_set.with_memory(made, archive, notes)


def _image_pair(archive: Archive, notes: list[str]) -> Pair:
    """The one clear pair of image arrays."""
    images = [
        name
        for name, header in archive.headers.items()
        if len(header.shape) in (3, 4) and header.dtype.kind in "biuf"
    ]
    by_key: dict[str, dict[str, str]] = {}
    for name in images:
        part, key = _part_of(name)
        if part:
            by_key.setdefault(key, {}).setdefault(part, name)
    pairs = {
        key: Pair(found["train"], found.get("test") or found["validation"])
        for key, found in by_key.items()
        if "train" in found and len(found) > 1
    }
    chosen = next((key for key in _IMAGES if key in pairs), None)
    if chosen is None and len(pairs) == 1:
        (chosen,) = pairs
    if chosen is None:
        problem = "no clear pair of image arrays, such as 'train' and 'test' or 'x_train', 'x_test'"
        raise DataError(archive.path, f"{problem}; it holds {archive.names}")
    if (unused := by_key[chosen].get("validation")) not in (None, pairs[chosen].test):
        count = archive.headers[str(unused)].shape[0]
        notes.append(f"{unused!r} with {count:,} pictures is not used.")
    return pairs[chosen]


def _check_many(archive: Archive, pair: Pair) -> None:
    """Refuse a colour picture alone, whose rows would be taken for grey pictures.

    Raises:
        DataError: if an array is (H, W, 3).
    """
    for name in pair:
        shape = archive.headers[name].shape
        if len(shape) == 3 and shape[2] == 3 and min(shape[:2]) > 4:
            found = f"{name!r} is one picture of shape {'x'.join(map(str, shape))}"
            raise DataError(archive.path, f"{found}; expected many, (N, H, W, 3)")


def _part_of(name: str) -> tuple[str | None, str]:
    """ "train", "test" or "validation", and what is left of the name, letters and digits alone."""
    text = name.rpartition("/")[2].lower()
    for part, pattern in _PARTS.items():
        if match := pattern.search(text):
            rest = text[: match.start()] + text[match.end() :]
            return part, re.sub(r"[^a-z0-9]", "", rest)
    return None, text


def _attributes(archive: Archive, train: np.ndarray, test: np.ndarray) -> Labels | None:
    pair = Pair("train_attributes", "test_attributes")
    if not (present := set(pair) & archive.headers.keys()):
        return None
    _check_both(archive, pair, present)
    if "attributes" not in archive.headers:
        raise DataError(archive.path, "no array 'attributes' with the names of the attributes")
    first, second = (
        checks.attributes(archive.path, name, archive.read(name), len(images))
        for name, images in zip(pair, (train, test), strict=True)
    )
    return first, second, _names(archive, "attributes")


def _classes(
    archive: Archive, images: Pair, train: np.ndarray, test: np.ndarray, notes: list[str]
) -> Labels | None:
    test_part, _ = _part_of(images.test)
    for key in _LABELS:
        found = {
            part: name
            for name in archive.headers
            for part, rest in [_part_of(name)]
            if rest == key and part in ("train", test_part) and name not in images
        }
        if not found:
            continue
        try:
            if len(found) < 2:
                there = next(iter(found.values()))
                other = "test" if "train" in found else "train"
                if there in _OWN:
                    _check_both(archive, Pair("train_labels", "test_labels"), {there})
                raise DataError(archive.path, f"no array of {other} labels beside {there!r}")
            pair = Pair(found["train"], found[str(test_part)])
            return _read_classes(archive, pair, len(train), len(test))
        except DataError as error:
            if set(found.values()) & _OWN:
                raise
            notes.append(f"No labels: {error}.")
    return None


def _check_both(archive: Archive, pair: Pair, present: set[str]) -> None:
    if len(present) == 1:
        (missing,) = set(pair) - present
        raise DataError(archive.path, f"no array {missing!r} beside {present.pop()!r}")


def _read_classes(archive: Archive, pair: Pair, train: int, test: int) -> Labels:
    """Classes by number, by name, or one-hot; several at once are attributes.

    Raises:
        DataError: if they are none of these.
    """
    path = archive.path
    first, second = (_flat(archive.read(name)) for name in pair)
    if first.dtype.kind == second.dtype.kind == "U" and first.ndim == second.ndim == 1:
        names = in_order({*_texts(archive, pair.train, first), *_texts(archive, pair.test, second)})
        number = {name: index for index, name in enumerate(checks.names(path, "labels", names))}
        first, second = (
            np.array([number[name] for name in part.tolist()]) for part in (first, second)
        )
        given: tuple[str, ...] | None = tuple(number)
    else:
        given = _given_names(archive)
        if first.ndim == second.ndim == 2 and first.shape[1] > 1:
            if not all(_is_one_hot(part) for part in (first, second)):
                found = (
                    checks.attributes(path, pair.train, first, train),
                    checks.attributes(path, pair.test, second, test),
                )
                return *found, given or tuple(map(str, range(first.shape[1])))
            first, second = first.argmax(axis=1), second.argmax(axis=1)
    return (
        checks.class_labels(path, pair.train, first, train),
        checks.class_labels(path, pair.test, second, test),
        given,
    )


def _flat(labels: np.ndarray) -> np.ndarray:
    """(N, 1) as (N,), whole numbers as such, whatever their type, and names in bytes as text."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.dtype.kind == "S":
        return _text(labels)
    if labels.dtype.kind == "b":
        return labels.view(np.uint8)
    if labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels == labels.round()).all():
        return labels.clip(-1, checks.MAX_CLASSES).astype(np.int64)
    return labels


def _text(names: np.ndarray) -> np.ndarray:
    """Names that were written as bytes, as HDF5 has them, if they are UTF-8; else the bytes."""
    try:
        return np.char.decode(names, "utf-8")
    except UnicodeDecodeError:
        return names


def _is_one_hot(labels: np.ndarray) -> bool:
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def _given_names(archive: Archive) -> tuple[str, ...] | None:
    for name in _NAMES:
        if name in archive.headers:
            header = archive.headers[name]
            if name == "label_names" or (header.dtype.kind in "US" and len(header.shape) == 1):
                return _names(archive, name)
    return None


def _names(archive: Archive, name: str) -> tuple[str, ...]:
    texts = archive.read(name)
    texts = _text(texts) if texts.dtype.kind == "S" else texts
    if texts.dtype.kind != "U" or texts.ndim != 1:
        raise DataError(archive.path, f"{name!r} holds {texts.dtype} values; expected names")
    return checks.names(archive.path, name, _texts(archive, name, texts))


def _texts(archive: Archive, name: str, texts: np.ndarray) -> list[str]:
    try:
        return texts.tolist()
    except ValueError:  # code points that are no characters
        raise DataError(archive.path, f"{name!r} holds damaged names") from None
