"""Image arrays under the names and in the forms that others give them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from realnvp.data import DataError, ImageSet, load_images
from realnvp.data.stored_set import write_set

RNG = np.random.default_rng(0)
TRAIN = RNG.integers(0, 256, (9, 8, 6, 3), np.uint8)
TEST = RNG.integers(0, 256, (4, 8, 6, 3), np.uint8)
FIRST, SECOND = np.arange(9) % 3, np.arange(4) % 2


def load(folder: Path, **arrays: np.ndarray) -> ImageSet:
    np.savez(folder / "set.npz", **arrays)  # type: ignore[arg-type]
    return load_images(folder / "set.npz")


def assert_same(images: ImageSet, train: np.ndarray = TRAIN, test: np.ndarray = TEST) -> None:
    np.testing.assert_array_equal(images.train, train.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(images.test, test.transpose(0, 3, 1, 2))
    assert images.train.flags.c_contiguous


@pytest.mark.parametrize(
    ("train", "test", "labels"),
    [
        ("train", "test", ("train_labels", "test_labels")),
        ("x_train", "x_test", ("y_train", "y_test")),
        ("X_train", "X_test", ("Y_train", "Y_test")),
        ("train_images", "test_images", ("train_labels", "test_labels")),
        ("trainX", "testX", ("trainY", "testY")),
        ("training_data", "validation_data", ("training_targets", "validation_targets")),
        ("images_tr", "images_te", ("labels_tr", "labels_te")),
        ("Xtr", "Xte", ("ytr", "yte")),
        ("train_pixels_of_leaves", "test_pixels_of_leaves", ("train_y", "test_y")),
    ],
)
def test_a_pair_of_names_is_understood(
    tmp_path: Path, train: str, test: str, labels: tuple[str, str]
) -> None:
    arrays = {labels[0]: FIRST, labels[1]: SECOND, train: TRAIN, test: TEST}
    images = load(tmp_path, **arrays)
    assert_same(images)
    assert images.train_labels is not None
    assert images.train_labels.tolist() == FIRST.tolist()
    assert images.label_names == ("0", "1", "2")
    assert images.notes == ()


def test_medmnist_is_understood(tmp_path: Path) -> None:
    images = load(
        tmp_path,
        train_images=TRAIN[..., 0],
        val_images=TEST[..., 1],
        test_images=TEST[..., 0],
        train_labels=FIRST[:, None].astype(np.uint8),
        val_labels=SECOND[:, None].astype(np.uint8),
        test_labels=SECOND[:, None].astype(np.uint8),
    )
    assert_same(images, TRAIN[..., :1], TEST[..., :1])
    assert images.test_labels is not None
    assert images.test_labels.tolist() == SECOND.tolist()
    assert images.notes == ("'val_images' with 4 pictures is not used.",)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda x: x.transpose(0, 3, 1, 2), ""),
        (lambda x: x.astype(np.int64), ""),
        (lambda x: x.astype(">u2"), ""),
        (lambda x: x.astype(np.float32), "floats are rounded"),
        (lambda x: x / 255, "0 to 1 is taken as 0 to 255"),
        (lambda x: (x / 255).astype(np.float16).transpose(0, 3, 1, 2), "0 to 1 is taken"),
        (lambda x: (x / np.float32(127.5)) - 1, "-1 to 1 is taken as 0 to 255"),
    ],
)
def test_values_in_other_forms_are_the_same_bytes(tmp_path: Path, change, note: str) -> None:
    images = load(tmp_path, train=change(TRAIN), test=change(TEST))
    if note:
        assert note in images.notes[0]
    else:
        assert images.notes == ()
    if "float16" in str(change(TEST).dtype):  # has not as many steps
        assert abs(images.test.astype(int) - TEST.transpose(0, 3, 1, 2)).max() <= 1
    else:
        assert_same(images)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float64])
def test_zeros_and_ones_are_black_and_white(tmp_path: Path, dtype: type) -> None:
    train, test = (TRAIN[..., 0] > 128).astype(dtype), (TEST[..., 0] > 128).astype(dtype)
    images = load(tmp_path, x_train=train, x_test=test)
    np.testing.assert_array_equal(images.train[:, 0], 255 * train.astype(np.uint8))
    assert "taken as 0" in images.notes[0]


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"a": TRAIN, "b": TEST}, "it holds 'a' (9x8x6x3 uint8), 'b' (4x8x6x3 uint8)"),
        ({"arr_0": TRAIN}, "it holds 'arr_0' (9x8x6x3 uint8)"),
        ({"x_train": TRAIN, "y_test": SECOND}, "'x_train' (9x8x6x3 uint8), 'y_test' (4 int64)"),
        ({"train_a": TRAIN, "test_a": TEST, "train_b": TRAIN, "test_b": TEST}, "no clear pair"),
        ({"train": TRAIN.reshape(9, -1), "test": TEST.reshape(4, -1)}, "'train' (9x144 uint8)"),
        ({"train": TRAIN - 300.0, "test": TEST - 300.0}, "their values are -300 to"),
        ({"train": TRAIN / 400, "test": TEST / -400}, "expected 0 to 255, 0 to 1 or -1 to 1"),
        ({"train": TRAIN * np.nan, "test": TEST / 255}, "no numbers"),
        ({"train": TRAIN.astype("S3"), "test": TEST.astype("S3")}, "no clear pair"),
        ({"train": TRAIN.repeat(2, -1), "test": TEST.repeat(2, -1)}, "has shape 9x8x6x6"),
    ],
)
def test_else_the_message_names_what_is_there(tmp_path: Path, arrays: dict, words: str) -> None:
    with pytest.raises(DataError) as error:
        load(tmp_path, **arrays)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((np.array(list("ab")[:1] * 9), np.array(list("abba"))), ("a", "b")),
        ((np.eye(3)[FIRST], np.eye(3)[SECOND]), ("0", "1", "2")),
        ((FIRST.astype(np.float32), SECOND.astype(np.float32)[:, None]), ("0", "1", "2")),
        ((FIRST > 0, SECOND > 0), ("0", "1")),
    ],
)
def test_labels_in_other_forms_are_classes(tmp_path: Path, labels: tuple, names: tuple) -> None:
    images = load(tmp_path, x_train=TRAIN, x_test=TEST, y_train=labels[0], y_test=labels[1])
    assert images.label_names == names
    assert images.test_labels is not None
    expected = [0, 1, 1, 0] if labels[1].dtype.kind == "U" else SECOND.tolist()
    assert images.test_labels.tolist() == expected


def test_several_labels_at_once_are_attributes(tmp_path: Path) -> None:
    first, second = RNG.integers(0, 2, (9, 4)), RNG.integers(0, 2, (4, 4))
    first[0], second[0] = 1, 0
    images = load(
        tmp_path, train_images=TRAIN, test_images=TEST, train_labels=first, test_labels=second
    )
    assert images.has_attributes
    assert images.label_names == ("0", "1", "2", "3")


@pytest.mark.parametrize(
    "labels",
    [
        {"y_train": FIRST},
        {"y_train": FIRST[:5], "y_test": SECOND},
        {"y_train": FIRST + 0.5, "y_test": SECOND + 0.5},
        {"y_train": FIRST - 1, "y_test": SECOND},
    ],
)
def test_labels_that_are_none_cost_no_picture(tmp_path: Path, labels: dict) -> None:
    images = load(tmp_path, x_train=TRAIN, x_test=TEST, **labels)
    assert_same(images)
    assert images.train_labels is None
    assert images.notes[0].startswith("No labels: ")


def test_arrays_of_a_zip_file_of_a_folder_are_found(tmp_path: Path) -> None:
    np.save(tmp_path / "x_train.npy", TRAIN)
    np.save(tmp_path / "x_test.npy", TEST)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name in ("x_train.npy", "x_test.npy"):
            archive.write(tmp_path / name, f"set/{name}")
            archive.writestr(f"__MACOSX/set/._{name}", b"of the Finder")
    images = load_images(tmp_path / "set.zip")
    assert images.name == "set"
    assert_same(images)


def test_a_pickled_array_that_nobody_wants_stops_nothing(tmp_path: Path) -> None:
    assert_same(load(tmp_path, x_train=TRAIN, x_test=TEST, info=np.array([{}], object)))
    with pytest.raises(DataError, match=r"'x_test' \(4 pickled Python objects"):
        load(tmp_path, x_train=TRAIN, x_test=np.array([{}, 1, 2, 3], object))


def test_a_stored_set_is_the_same_again_with_what_was_left_out(tmp_path: Path) -> None:
    first = load(tmp_path, x_train=TRAIN / 255, x_test=TEST / 255, y_train=FIRST, y_test=SECOND)
    write_set(tmp_path / "again.npz", first)
    again = load_images(tmp_path / "again.npz")
    assert_same(again)
    assert again.label_names == first.label_names
    assert again.notes == first.notes


@pytest.mark.parametrize("about", ["{}", '{"left_out": 3}', '{"left_out": [[1]]}', "[" * 2000, ""])
def test_somebody_else_s_array_about_something_is_left_alone(tmp_path: Path, about: str) -> None:
    images = load(tmp_path, train=TRAIN, test=TEST, about=np.array(about))
    assert_same(images)
    assert not images.left_out
