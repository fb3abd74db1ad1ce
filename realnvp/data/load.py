"""The one door to image sets: what a path holds is told by its content."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from realnvp.data import cifar, folder, idx, imagenet, named, npz, zipped
from realnvp.data.gather import Gathering
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.listing import Others, walk
from realnvp.data.picture import Crop
from realnvp.data.resize import Size, shape_of, shrink
from realnvp.opening.kinds import kind_of

# How files begin that people send instead of a zip or an .npz.
_BEGINNINGS = {
    b"Rar!": "a RAR archive; pack the pictures as a zip file",
    b"7z\xbc\xaf": "a 7z archive; pack the pictures as a zip file",
    b"\x1f\x8b": "packed with gzip; expected a zip file of pictures",
    b"\xfd7zXZ": "packed with xz; expected a zip file of pictures",
    b"BZh": "packed with bzip2; expected a zip file of pictures",
    b"(\xb5/\xfd": "packed with Zstandard; expected a zip file of pictures",
    b"\x93NUMPY": "one array alone; expected an .npz with 'train' and 'test'",
    **{
        bytes((0x80, version)): "a pickled file, which is never loaded; expected an .npz with"
        " 'train' and 'test'"
        for version in range(2, 6)
    },
    b"\0\0\x08": "one idx file alone; expected the folder with all four of MNIST's names",
    b"MATLAB": "a MATLAB file; expected an .npz with 'train' and 'test'",
    b"\x89HDF": "an HDF5 file; expected an .npz with 'train' and 'test'",
    b"PAR1": "a Parquet file; expected a zip file of pictures",
}
_TAR = "a tar archive; pack the pictures as a zip file"


def load_images(
    path: Path | str,
    *,
    size: Size | None = None,
    labels: Sequence[str] | None = None,
    test_fraction: float = 0.1,
    crop: Crop = "center",
    labelled: bool = False,
    strict: bool = False,
    progress: Callable[[float], object] = lambda share: None,
) -> ImageSet:
    """The image set in a file or folder, or the public one of this name.

    Recognised, in this order: an .npz file; a zip file of pictures; a folder with MNIST's or
    Fashion-MNIST's four idx files; with CIFAR-10's binary batches; with downsampled ImageNet's
    .npz batches; with pictures, CelebA and LSUN exports among them. The reader of each is a module
    of this package and says what exactly it expects. Where there is no such file or folder, a name
    of `named.SETS` is that set, which is downloaded.

    Args:
        path: the file or folder, or the name.
        size: in pixels, the side of a square or (H, W): cut to these proportions in the middle,
            then shrunk, by exact box means where the sides are a multiple of it, else by Lanczos.
            None leaves the images as they are.
        labels: attributes to keep, by name, in this order.
        test_fraction: share of pictures to hold out where nothing says which are for the test;
            which ones depends on their names only.
        crop: for pictures, how they are cut: "center", or "random" as the paper does for LSUN
            (needs `size`): shrunk to 1.5 times the size, then a random part of each, which
            depends on the picture's name only.
        labelled: leave out pictures in no folder of a class, where others are in one.
        strict: with limits for what a visitor sends to a server.
        progress: called with the share of the pictures that are read, 0 to 1.

    Raises:
        DataError: if what is there cannot be used: one line that names the file.
        ValueError: if `size`, `labels`, `test_fraction` or `crop` do not suit the set.
    """
    path = Path(path)
    shape = shape_of(size)
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction {test_fraction} must lie between 0 and 1")
    if crop not in ("center", "random"):
        raise ValueError(f"crop {crop!r} must be 'center' or 'random'")
    if crop == "random" and shape is None:
        raise ValueError("crop 'random' needs a size")
    how = Gathering(shape, crop, test_fraction, labelled, progress)
    try:
        images = _read(path, how, strict)
    except OSError as error:
        raise DataError(str(error.filename or path), error.strerror or "cannot be read") from None
    images = replace(images, train=shrink(images.train, shape), test=shrink(images.test, shape))
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


def _read(path: Path, how: Gathering, strict: bool) -> ImageSet:
    if path.is_file():
        return _read_file(path, how, strict)
    if not path.is_dir():
        if str(path) in named.SETS and not strict:
            return named.read(str(path), how)
        raise DataError(path, f"no such file or folder, and none of {', '.join(named.SETS)}")
    path = path.resolve() if path.name in ("", "..") else path  # "." has no name to call it by
    if idx.holds(path):
        return idx.read(path)
    if cifar.holds(path):
        return cifar.read(path)
    if imagenet.holds(path):
        return imagenet.read(path, how.size)
    if folder.holds(path):
        return folder.read(path, how)
    problem = "no image set in this folder"
    if (path / "data_batch_1").is_file() or (path / "cifar-10-batches-py").is_dir():
        problem = "CIFAR-10's Python version, which is pickled and never loaded"
        raise DataError(path, f"{problem}; expected its binary version, or cifar10 by name")
    others = Others()
    list(walk(path, on_other=others.add))
    raise DataError(
        path,
        f"{problem}; expected MNIST idx files, CIFAR-10 .bin batches, ImageNet .npz batches"
        f" or pictures{f' ({others})' if str(others) else ''}",
    )


def _read_file(path: Path, how: Gathering, strict: bool) -> ImageSet:
    with path.open("rb") as file:
        start = file.read(300)
    if start[:2] != b"PK":
        if kind_of(start) not in (None, "BMP"):  # two letters begin one, and many a text
            raise DataError(path, "one picture alone; expected a folder or a zip file of pictures")
        found = next((what for mark, what in _BEGINNINGS.items() if start.startswith(mark)), None)
        found = found or (_TAR if start[257:262] == b"ustar" else None)
        found = found or (
            "an empty file" if not start else "not an .npz file, a zip file or a folder"
        )
        raise DataError(path, found)
    if zipped.is_meant(path):
        return zipped.read(path, how, strict=strict)
    return npz.read(path)
