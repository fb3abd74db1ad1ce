"""Public sets by name: what `datasets` gives becomes an image set, or one clear line."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from realnvp.__main__ import main
from realnvp.data import DataError, load_images, named
from realnvp.data.idx import GARMENTS

datasets = pytest.importorskip("datasets")


def pictures(n: int, seed: int, channels: int = 3) -> list[np.ndarray]:
    shape = (n, 8, 8, 3) if channels == 3 else (n, 8, 8)
    return list(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def split(images: list[np.ndarray], column: str, **labels: tuple[Any, list]) -> Any:
    """As the hub has it: PNGs within a table, and columns, each with its kind."""
    features = {column: datasets.Image()} | {name: kind for name, (kind, _) in labels.items()}
    rows = {column: [Image.fromarray(image) for image in images]}
    rows |= {name: values for name, (_, values) in labels.items()}
    return datasets.Dataset.from_dict(rows, features=datasets.Features(features))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str | None], Any]:
    """What is there, by place and part."""
    there: dict[tuple[str, str | None], Any] = {}

    def load(place: str, part: str | None = None) -> Any:
        if (place, part) not in there:
            raise datasets.exceptions.DatasetNotFoundError(f"{place} is not there\nat all")
        return there[place, part]

    monkeypatch.setattr(datasets, "load_dataset", load)
    return there


def test_classes_keep_their_numbers_and_pictures_their_bytes(hub: dict) -> None:
    kind = datasets.ClassLabel(names=["b", "a", "c"])
    train, test = pictures(12, 0), pictures(3, 1)
    hub["uoft-cs/cifar10", None] = datasets.DatasetDict(
        train=split(train, "img", label=(kind, [0, 1, 2] * 4)),
        test=split(test, "img", label=(kind, [2, 0, 1])),
    )
    data = load_images("cifar10")
    assert (data.name, data.label_names) == ("cifar10", ("b", "a", "c"))
    assert np.array_equal(data.train, np.stack(train).transpose(0, 3, 1, 2))
    assert np.array_equal(data.test, np.stack(test).transpose(0, 3, 1, 2))
    assert data.train_labels is not None
    assert data.train_labels.tolist() == [0, 1, 2] * 4
    assert data.test_labels is not None
    assert data.test_labels.tolist() == [2, 0, 1]
    assert "uoft-cs/cifar10" in data.notes[0]
    assert named.SETS["cifar10"].terms in data.notes[0]


def test_columns_of_true_and_false_are_attributes(hub: dict) -> None:
    truth = datasets.Value("bool")

    def part(n: int) -> Any:
        smiling = [index % 2 == 0 for index in range(n)]
        return split(
            pictures(n, n),
            "image",
            celeb_id=(datasets.Value("int64"), list(range(n))),
            Smiling=(truth, smiling),
            Hat=(truth, [not value for value in smiling]),
        )

    hub["flwrlabs/celeba", None] = datasets.DatasetDict(train=part(6), valid=part(4), test=part(2))
    data = load_images("celeba", size=4, labels=["Hat"])
    assert data.label_names == ("Hat",)
    assert (data.train.shape, data.test.shape) == ((6, 3, 4, 4), (2, 3, 4, 4))
    assert data.train_labels is not None
    assert data.train_labels.tolist() == [[0], [1]] * 3
    assert any("4 pictures for validation" in note for note in data.notes)


def test_a_part_that_is_neither_for_training_nor_for_the_test_is_not_used(hub: dict) -> None:
    kind = datasets.ClassLabel(names=[str(digit) for digit in range(10)])

    def part(n: int) -> Any:
        return split(pictures(n, n), "image", label=(kind, [index % 10 for index in range(n)]))

    hub["ufldl-stanford/svhn", "cropped_digits"] = datasets.DatasetDict(
        train=part(20), test=part(10), extra=part(30)
    )
    data = load_images("svhn")
    assert (len(data.train), len(data.test)) == (20, 10)


def test_garments_have_the_names_that_they_have_elsewhere(hub: dict) -> None:
    kind = datasets.ClassLabel(names=["T - shirt / top", *GARMENTS[1:]])
    parts = {
        name: split(pictures(n, n, 1), "image", label=(kind, list(range(10)) * (n // 10)))
        for name, n in (("train", 20), ("test", 10))
    }
    hub["zalando-datasets/fashion_mnist", None] = datasets.DatasetDict(parts)
    data = load_images("fashion_mnist")
    assert data.label_names == GARMENTS
    assert data.channels == 1


def test_a_picture_that_cannot_be_opened_is_left_out(hub: dict) -> None:
    kind = datasets.ClassLabel(names=["a", "b"])
    features = datasets.Features({"image": datasets.Image(decode=False), "label": kind})
    good = split(pictures(5, 0), "image", label=(kind, [0, 1, 0, 1, 0]))
    rows = good.cast_column("image", datasets.Image(decode=False)).to_dict()
    rows["image"][3] = {"bytes": b"no picture", "path": None}
    train = datasets.Dataset.from_dict(rows, features=features)
    hub["ylecun/mnist", None] = datasets.DatasetDict(train=train, test=good)
    data = load_images("mnist")
    assert len(data.train) == 4
    assert [name for name, _ in data.left_out.files] == ["train/000003"]


@pytest.mark.parametrize("columns", [{}, {"answer": (datasets.Value("int64"), [1, 2])}])
def test_other_columns_than_expected_are_one_line(hub: dict, columns: dict) -> None:
    part = split(pictures(2, 0), "image", **columns)
    hub["ylecun/mnist", None] = datasets.DatasetDict(train=part, test=part)
    with pytest.raises(DataError, match="its columns are image"):
        load_images("mnist")


def test_what_cannot_be_downloaded_is_one_line(hub: dict) -> None:
    with pytest.raises(DataError, match=r"^mnist: cannot be downloaded: .* is not there$"):
        load_images("mnist")


def test_without_the_library_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="pip install datasets"):
        load_images("mnist")


def test_a_file_of_the_same_name_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez(
        tmp_path / "set.npz", train=np.zeros((4, 8, 8), np.uint8), test=np.ones((2, 8, 8), np.uint8)
    )
    (tmp_path / "set.npz").rename("mnist")
    assert len(load_images("mnist").train) == 4


def test_train_prints_the_terms_before_anything_is_downloaded(
    hub: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "svhn", "--name", "digits", "--out", str(tmp_path / "run")]) != 0
    told = capsys.readouterr()
    assert "non-commercial use only" in told.out
    assert "cannot be downloaded" in told.err


def test_an_unknown_name_lists_those_that_are_known() -> None:
    with pytest.raises(DataError, match="no such file or folder, and none of celeba, cifar10"):
        load_images("imagenette")
