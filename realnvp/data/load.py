"""The one door to image sets: what a path holds is told by its content."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from realnvp.data import cifar, folder, idx, imagenet, npz
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.picture import Crop
from realnvp.data.resize import shrink


def load_images(
    path: Path | str,
    *,
    size: int | None = None,
    labels: Sequence[str] | None = None,
    test_fraction: float = 0.1,
    crop: Crop = "center",
) -> ImageSet:
    """The image set in a file or folder.

    Recognised, in this order: a plain .npz file; a folder with MNIST's or Fashion-MNIST's four
    idx files; with CIFAR-10's binary batches; with downsampled ImageNet's .npz batches; with
    pictures, CelebA and LSUN exports among them. The reader of each is a module of this package
    and says what exactly it expects.

    Args:
        path: the file or folder.
        size: side in pixels to shrink to: by exact box means where the side is a multiple of it,
            else by Lanczos. None or the images' own side leaves them as they are.
        labels: attributes to keep, by name, in this order.
        test_fraction: share of a folder of pictures to hold out where no official split is there;
            which ones depends on their names only.
        crop: for a folder of pictures, how a square is cut: "center", or "random" as the paper
            does for LSUN (needs `size`): shorter side to 1.5 size, then one random square each,
            which depends on the picture's name only.

    Raises:
        DataError: if what is there cannot be used: one line that names the file.
        ValueError: if `size`, `labels`, `test_fraction` or `crop` do not suit the set.
    """
    path = Path(path)
    if size is not None and size < 1:
        raise ValueError(f"size {size} must be at least 1")
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction {test_fraction} must lie between 0 and 1")
    if crop not in ("center", "random"):
        raise ValueError(f"crop {crop!r} must be 'center' or 'random'")
    if crop == "random" and size is None:
        raise ValueError("crop 'random' needs a size")
    try:
        images = _read(path, size, test_fraction, crop)
    except OSError as error:
        raise DataError(str(error.filename or path), error.strerror or "cannot be read") from None
    images = replace(images, train=shrink(images.train, size), test=shrink(images.test, size))
    return images if labels is None else select_attributes(images, labels)


def select_attributes(images: ImageSet, names: Sequence[str]) -> ImageSet:
    """The same images with these attributes only, in this order.

    Raises:
        ValueError: if the set has no attributes, or none of such a name; lists close ones.
    """
    if images.train_labels is None or images.test_labels is None or not images.has_attributes:
        raise ValueError(f"{images.name} has no attributes to choose by name")
    if not names or len(set(names)) < len(names):
        raise ValueError("name at least one attribute, and each once")
    lower = {name.lower(): name for name in images.label_names}
    for name in names:
        if name not in images.label_names:
            close = [lower[match] for match in difflib.get_close_matches(name.lower(), lower)]
            hint = f"did you mean {', '.join(close)}?" if close else "none is close"
            raise ValueError(f"no attribute {name!r} in {images.name}; {hint}")
    columns = [images.label_names.index(name) for name in names]
    return replace(
        images,
        train_labels=images.train_labels[:, columns],
        test_labels=images.test_labels[:, columns],
        label_names=tuple(names),
    )


def _read(path: Path, size: int | None, test_fraction: float, crop: Crop) -> ImageSet:
    if path.is_file():
        return npz.read(path)
    if not path.is_dir():
        raise DataError(path, "no such file or folder")
    path = path.resolve() if path.name in ("", "..") else path  # "." has no name to call it by
    if idx.holds(path):
        return idx.read(path)
    if cifar.holds(path):
        return cifar.read(path)
    if imagenet.holds(path):
        return imagenet.read(path, size)
    if folder.holds(path):
        return folder.read(path, size, test_fraction, crop)
    problem = "no image set in this folder"
    if (path / "data_batch_1").is_file() or (path / "cifar-10-batches-py").is_dir():
        problem = "CIFAR-10's Python version, which is pickled and never loaded"
        raise DataError(path, f"{problem}; expected its binary version")
    raise DataError(
        path,
        f"{problem}; expected MNIST idx files, CIFAR-10 .bin batches, ImageNet .npz batches"
        " or pictures",
    )
