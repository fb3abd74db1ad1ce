"""What folders say: classes, and parts for training and test."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realnvp.data import DataError, load_images
from realnvp.data.classes import layout_of


def write(folder: Path, names: Iterable[str]) -> Path:
    """A picture for each name, whose first pixel tells its place in the list."""
    for place, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(place).integers(0, 256, (8, 8, 3), np.uint8)
        pixels[0, 0] = place
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.mark.parametrize(
    ("paths", "classes"),
    [
        (["cat/1", "dog/2"], ["cat", "dog"]),
        (["dog/1", "cat/2", "ant/3"], ["dog", "cat", "ant"]),
        (["cat/young/1", "cat/old/2", "dog/3"], ["cat", "cat", "dog"]),
        (["animals/cat/1", "animals/dog/2"], ["cat", "dog"]),
        (["set/images/train/cat/1", "set/images/test/dog/2"], ["cat", "dog"]),
        (["cat/train/1", "dog/train/2", "cat/test/3"], ["cat", "dog", "cat"]),
        (["Training/cat/1", "VALID/dog/2"], ["cat", "dog"]),
    ],
)
def test_the_uppermost_folders_that_differ_are_classes(
    paths: list[str], classes: list[str]
) -> None:
    layout = layout_of(paths)
    assert [layout.classes[path] for path in paths] == classes
    assert layout.names == tuple(sorted(set(classes)))


@pytest.mark.parametrize(
    "paths", [[], ["1", "2"], ["cat/1", "cat/2"], ["cat/1", "dog/2", "3", "4"], ["a/train/1", "2"]]
)
def test_where_folders_say_nothing_there_are_no_classes(paths: list[str]) -> None:
    assert layout_of(paths).names == ()


def test_numbers_are_sorted_as_numbers() -> None:
    assert layout_of([f"{n}/x" for n in (10, 9, 1, 0)]).names == ("0", "1", "9", "10")


def test_folders_for_parts_keep_their_pictures() -> None:
    names = ["train/1", "train/2", "Test/3", "validation/4"]
    assert list(layout_of(names).parts.values()) == ["train", "train", "test", "validation"]
    assert layout_of(["train/1", "trainers/2"]).parts == {}
    assert layout_of(["test/1", "val/2"]).parts == {}


def test_a_folder_of_classes_has_labels(tmp_path: Path) -> None:
    names = [f"{kind}/{n}.png" for kind in ("dog", "cat") for n in range(5)]
    images = load_images(write(tmp_path, names), test_fraction=0.3)
    assert images.label_names == ("cat", "dog")
    for part, labels in ((images.train, images.train_labels), (images.test, images.test_labels)):
        assert labels is not None
        assert labels.dtype == np.int64
        assert [int(value < 5) for value in part[:, 0, 0, 0]] == labels.tolist()


def test_train_and_test_folders_are_the_parts(tmp_path: Path) -> None:
    names = [f"{part}/{kind}/{n}.png" for part in ("test", "train") for kind in "ba" for n in "12"]
    images = load_images(write(tmp_path, names))
    assert sorted(images.test[:, 0, 0, 0].tolist()) == [0, 1, 2, 3]
    assert sorted(images.train[:, 0, 0, 0].tolist()) == [4, 5, 6, 7]
    assert images.label_names == ("a", "b")
    assert images.test_labels is not None
    assert [int(value < 2) for value in images.test[:, 0, 0, 0]] == images.test_labels.tolist()


def test_a_part_for_validation_is_the_test_where_there_is_no_other(tmp_path: Path) -> None:
    images = load_images(write(tmp_path, ["train/1.png", "train/2.png", "val/3.png"]))
    assert images.test[:, 0, 0, 0].tolist() == [2]
    write(tmp_path, ["test/4.png"])
    images = load_images(tmp_path)
    assert images.test[:, 0, 0, 0].tolist() == [0]
    assert images.notes == ("1 pictures for validation are not used.",)


def test_what_lies_in_no_part_is_left_out(tmp_path: Path) -> None:
    images = load_images(write(tmp_path, ["train/1.png", "test/2.png", "cover.png"]))
    assert [name for name, _ in images.left_out.files] == ["cover.png"]


def test_a_picture_without_a_class_costs_the_others_nothing(tmp_path: Path) -> None:
    names = [*(f"{kind}/{n}.png" for kind in "ab" for n in range(3)), "cover.png"]
    write(tmp_path, names)
    images = load_images(tmp_path)
    assert len(images.train) + len(images.test) == 7
    assert images.train_labels is None
    assert "cover.png" in images.notes[0]
    images = load_images(tmp_path, labelled=True)
    assert len(images.train) + len(images.test) == 6
    assert images.label_names == ("a", "b")
    assert images.left_out.files == (("cover.png", "It lies in no folder of a class."),)


def test_test_pictures_without_classes_are_replaced_where_classes_are_wanted(
    tmp_path: Path,
) -> None:
    names = [f"train/{kind}/{n}.png" for kind in "ab" for n in range(5)]
    write(tmp_path, [*names, "test/x.png", "test/y.png"])
    images = load_images(tmp_path, labelled=True)
    assert (len(images.train), len(images.test)) == (9, 1)
    assert images.test[0, 0, 0, 0] < 10
    assert len(images.left_out) == 2
    assert len(load_images(tmp_path).test) == 2


def test_a_folder_whose_name_is_no_label_refuses_nothing(tmp_path: Path) -> None:
    write(tmp_path, [f"{'x' * 120}/1.png", "b/2.png"])
    images = load_images(tmp_path)
    assert images.train_labels is None
    assert "Folders name no classes" in images.notes[0]


def test_an_empty_part_is_said(tmp_path: Path) -> None:
    write(tmp_path, ["train/1.png", "train/2.png", "test/3.png"])
    (tmp_path / "test" / "3.png").write_bytes(b"")
    with pytest.raises(DataError, match="2 pictures for training and 0 for test"):
        load_images(tmp_path)
