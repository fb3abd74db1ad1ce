"""Image sets in one plain .npz file."""

from pathlib import Path

from realnvp.data import checks
from realnvp.data.archive import Archive
from realnvp.data.imageset import DataError, ImageSet


def read(path: Path) -> ImageSet:
    """Read 'train' and 'test', uint8 (N, H, W) or (N, H, W, 3), and the labels beside them.

    Attributes are 'train_attributes' and 'test_attributes' (N, A) with names in 'attributes';
    classes are 'train_labels' and 'test_labels' (N,) with names in 'label_names', which may be
    missing. A file with both gives its attributes. Other arrays are left alone.

    Raises:
        DataError: if the file or an array in it is not so.
    """
    archive = Archive(path)
    for name in ("train", "test"):
        if name not in archive.headers:
            problem = f"no array {name!r}; expected 'train' and 'test', it holds {archive.names}"
            raise DataError(path, problem)
    train = checks.channels_first(path, "train", archive.read("train"))
    test = checks.channels_first(path, "test", archive.read("test"))
    for kind, names_in, check in (
        ("attributes", "attributes", checks.attributes),
        ("labels", "label_names", checks.class_labels),
    ):
        wanted = {f"train_{kind}", f"test_{kind}"}
        if not (present := wanted & archive.headers.keys()):
            continue
        if present != wanted:
            (missing,) = wanted - present
            raise DataError(path, f"no array {missing!r} beside {present.pop()!r}")
        train_name, test_name = f"train_{kind}", f"test_{kind}"
        train_labels = check(path, train_name, archive.read(train_name), len(train))
        test_labels = check(path, test_name, archive.read(test_name), len(test))
        if kind == "attributes" and names_in not in archive.headers:
            raise DataError(path, f"no array {names_in!r} with the names of the attributes")
        names = _names(archive, names_in) if names_in in archive.headers else None
        return checks.assemble(path, train, test, train_labels, test_labels, names)
    return checks.assemble(path, train, test)


def _names(archive: Archive, name: str) -> tuple[str, ...]:
    texts = archive.read(name)
    if texts.dtype.kind != "U" or texts.ndim != 1:
        raise DataError(archive.path, f"{name!r} holds {texts.dtype} values; expected names")
    try:
        found = texts.tolist()
    except ValueError:  # code points that are no characters
        raise DataError(archive.path, f"{name!r} holds damaged names") from None
    return checks.names(archive.path, name, found)
