"""Public sets by their names, as `cifar10`: downloaded once, by the library `datasets`.

It keeps what it has downloaded in the folder of Hugging Face's own cache, and runs no code of a
set. Pictures are opened as those of a folder are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from realnvp.data.classes import PARTS
from realnvp.data.gather import Found, Gathering, gather
from realnvp.data.idx import GARMENTS
from realnvp.data.imageset import DataError, ImageSet
from realnvp.images import ImageError
from realnvp.opening.limits import check_bytes

MISSING = "sets by name need the library datasets: pip install datasets"


@dataclass(frozen=True)
class Named:
    """Where a set is, and its terms.

    Args:
        place: on huggingface.co/datasets.
        terms: of its use, as its authors state them.
        part: of what is there, if it is in several.
        label: its column of classes; "" if its columns of true and false are attributes.
        classes: their names, where those there are not the usual ones.
    """

    place: str
    terms: str
    part: str | None = None
    label: str = "label"
    classes: tuple[str, ...] = ()


SETS = {
    "celeba": Named(
        "flwrlabs/celeba",
        "CelebA is for non-commercial research only, and its images must not be passed on.",
        label="",
    ),
    "cifar10": Named("uoft-cs/cifar10", "No licence is stated (Krizhevsky, 2009)."),
    "cifar100": Named(
        "uoft-cs/cifar100", "No licence is stated (Krizhevsky, 2009).", label="fine_label"
    ),
    "fashion_mnist": Named(
        "zalando-datasets/fashion_mnist", "MIT (Xiao et al., 2017).", classes=GARMENTS
    ),
    "mnist": Named("ylecun/mnist", "CC BY-SA 3.0 (LeCun et al., 1998)."),
    "svhn": Named(
        "ufldl-stanford/svhn",
        "For non-commercial use only (Netzer et al., 2011).",
        part="cropped_digits",
    ),
}


def read(name: str, how: Gathering) -> ImageSet:
    """One of `SETS`, as `gather` says; it has its own part for the test.

    Raises:
        DataError: if the library is missing, if the set cannot be downloaded, or if it is not as
            expected.
    """
    wanted = SETS[name]
    splits = _download(name, wanted)
    rows: dict[str, tuple[Any, int]] = {}
    parts: dict[str, str] = {}
    labels: dict[str, np.ndarray] = {}
    names: tuple[str, ...] = ()
    image = ""
    for split, data in splits.items():
        if split not in PARTS:
            continue  # as the easy digits of svhn's `extra`
        image, values, names = _columns(name, wanted, data.features)
        columns = [np.asarray(data[column]) for column in values]
        data = data.select_columns([image]).cast_column(image, _undecoded())
        table = columns[0] if wanted.label else np.stack(columns, axis=1).astype(np.uint8)
        for index in range(len(data)):
            picture = f"{split}/{index:06d}"
            rows[picture] = data, index
            parts[picture] = PARTS[split]
            labels[picture] = np.asarray(table[index])

    def pixels(picture: str) -> bytes:
        data, index = rows[picture]
        return _bytes(data[index][image])

    notes = (f"From huggingface.co/datasets/{wanted.place}. {wanted.terms}",)
    found = Found(Path(name), list(rows), pixels, notes=notes)
    return gather(found, how, parts=parts, labels=(labels, wanted.classes or names))


def terms(name: str) -> str:
    """What to know before a set is used; "" if the name is none of `SETS`."""
    return SETS[name].terms if name in SETS else ""


def _download(name: str, wanted: Named) -> Mapping[str, Any]:
    """The splits of a set."""
    try:
        import datasets
    except ImportError as error:
        raise DataError(name, MISSING) from error
    try:
        return datasets.load_dataset(wanted.place, wanted.part)
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        why = (str(error).splitlines() or ["no reason given"])[0]
        raise DataError(name, f"cannot be downloaded: {why}") from error


def _undecoded() -> Any:
    import datasets

    return datasets.Image(decode=False)


def _columns(
    name: str, wanted: Named, features: Mapping[str, Any]
) -> tuple[str, Sequence[str], tuple[str, ...]]:
    """The column of pictures, those of labels, and the names of the classes or attributes."""
    images = [column for column, kind in features.items() if type(kind).__name__ == "Image"]
    values = list(_attributes(features)) if not wanted.label else [wanted.label]
    if len(images) != 1 or not values or not set(values) <= set(features):
        problem = f"its columns are {', '.join(features)}"
        raise DataError(name, f"{problem}; expected one of pictures, and labels")
    if not wanted.label:
        return images[0], values, tuple(values)
    return images[0], values, tuple(getattr(features[wanted.label], "names", ()))


def _attributes(features: Mapping[str, Any]) -> Iterator[str]:
    return (column for column, kind in features.items() if getattr(kind, "dtype", "") == "bool")


def _bytes(stored: Mapping[str, Any]) -> bytes:
    """A picture's file, as the set has it: within it, or beside it."""
    data = stored["bytes"]
    if data is None:
        path = Path(stored["path"] or "")
        if not path.is_file():
            raise ImageError("The file is not there.")
        check_bytes(path.stat().st_size)
        data = path.read_bytes()
    check_bytes(len(data))
    return data
