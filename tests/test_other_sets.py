"""Sets that are nearly as they should be: each is right, or says in one line what is wrong."""

import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sent_files import file_of

from realnvp.data import DataError, ImageSet, load_images

RNG = np.random.default_rng(0)
TRAIN = RNG.integers(0, 256, (9, 8, 6, 3), np.uint8)
TEST = RNG.integers(0, 256, (4, 8, 6, 3), np.uint8)
FIRST, SECOND = np.arange(9) % 3, np.arange(4) % 3
NAMES = np.array(["cat", "dog", "été"])


def load(folder: Path, **arrays: np.ndarray) -> ImageSet:
    np.savez(folder / "set.npz", **arrays)  # type: ignore[arg-type]
    return load_images(folder / "set.npz")


@pytest.mark.parametrize("train", [TRAIN / 255, TRAIN, TRAIN.astype(np.float32)])
@pytest.mark.parametrize("test", [TEST / 255, TEST, TEST.astype(np.float32)])
def test_parts_on_two_scales_are_refused(
    train: np.ndarray, test: np.ndarray, tmp_path: Path
) -> None:
    if (train.max() > 1) != (test.max() > 1):
        with pytest.raises(DataError, match="one array has values of 0 to 1, another up to 255"):
            load(tmp_path, train=train, test=test)
    else:
        images = load(tmp_path, train=train, test=test)
        assert np.array_equal(images.train, TRAIN.transpose(0, 3, 1, 2))


def test_floats_of_a_dark_part_are_on_the_scale_of_the_other(tmp_path: Path) -> None:
    images = load(tmp_path, train=TRAIN.astype(float), test=np.zeros(TEST.shape))
    assert images.train.max() > 250
    assert images.test.max() == 0


def test_a_colour_picture_alone_is_not_a_set_of_its_rows(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'train' is one picture of shape 8x6x3"):
        load(tmp_path, train=TRAIN[0], test=TEST[0])
    assert load(tmp_path, train=TRAIN[..., 0], test=TEST[..., 0]).channels == 1


@pytest.mark.parametrize("labels", ["train_labels", "y_train"])
def test_names_of_classes_may_be_bytes(labels: str, tmp_path: Path) -> None:
    encoded = np.char.encode(NAMES, "utf-8")
    other = labels.replace("train", "test")
    told = {labels: encoded[FIRST], other: encoded[SECOND]}
    images = load(tmp_path, train=TRAIN, test=TEST, **told)
    assert images.label_names == ("cat", "dog", "été")
    assert images.train_labels is not None
    assert images.train_labels.tolist() == FIRST.tolist()
    told = {labels: FIRST, other: SECOND, "label_names": encoded}
    assert load(tmp_path, train=TRAIN, test=TEST, **told).label_names == ("cat", "dog", "été")
    told = {labels: np.array([b"\xff", b"b", b"c"])[FIRST], other: encoded[SECOND]}
    if labels == "y_train":
        assert "No labels" in load(tmp_path, train=TRAIN, test=TEST, **told).notes[0]
    else:
        with pytest.raises(DataError, match="train_labels"):
            load(tmp_path, train=TRAIN, test=TEST, **told)


def test_attributes_may_be_floats(tmp_path: Path) -> None:
    rows = RNG.integers(0, 2, (13, 2))
    told = {"attributes": np.array(["a", "b"]), "test_attributes": rows[9:] * 1.0}
    images = load(tmp_path, train=TRAIN, test=TEST, train_attributes=rows[:9] * 1.0, **told)
    assert images.train_labels is not None
    assert images.train_labels.tolist() == rows[:9].tolist()
    with pytest.raises(DataError, match="other than 0 and 1"):
        load(tmp_path, train=TRAIN, test=TEST, train_attributes=rows[:9] * 0.5 + 0.1, **told)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_array_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.npz", "w") as archive:
        for name, array in (("train", TRAIN), ("train", TRAIN[:2]), ("test", TEST)):
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(f"{name}.npy", buffer.getvalue())
    with pytest.raises(DataError, match="holds 'train' twice"):
        load_images(tmp_path / "set.npz")


def zip_of(path: Path, files: list[tuple[str, np.ndarray]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, pixels in files:
            archive.writestr(name, file_of(Image.fromarray(pixels), "PNG"))
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("other", ["a/0.png", "a\\0.png"])
def test_of_files_of_one_name_in_a_zip_file_all_but_one_are_told_to_be_left_out(
    strict: bool, other: str, tmp_path: Path
) -> None:
    files = [(f"a/{number}.png", TRAIN[number]) for number in range(5)]
    path = zip_of(tmp_path / "set.zip", [*files, (other, TRAIN[7])])
    images = load_images(path, strict=strict)
    assert len(images.train) + len(images.test) == 5
    assert "1 of 6 files left out: 1 × Another file of the same name" in str(images.left_out)


@pytest.mark.parametrize("start", ["./", "../../", "./a/../", ".\\"])
def test_a_path_with_dots_in_a_zip_file_is_no_hidden_one(start: str, tmp_path: Path) -> None:
    files = [(f"{start}{number}.png", TRAIN[number]) for number in range(5)]
    images = load_images(zip_of(tmp_path / "set.zip", [*files, (f"{start}.x/h.png", TRAIN[7])]))
    assert len(images.train) + len(images.test) == 5


BEGINNINGS = {
    **{f"pickled, {n}": (pickle.dumps([1], protocol=n), "pickled file") for n in range(2, 6)},
    "PNG": (file_of(Image.fromarray(TRAIN[0]), "PNG"), "one picture alone"),
    "idx": (struct.pack(">4I", 0x803, 1, 2, 2) + bytes(4), "one idx file alone"),
    "tar": (b"a.png".ljust(257, b"\0") + b"ustar\0".ljust(300, b"\0"), "a tar archive"),
    "MATLAB": (b"MATLAB 5.0 MAT-file".ljust(300), "a MATLAB file"),
    "text of two letters": (b"BMI,age\n25,40\n", "not an .npz file"),
    "text": (b"label,pixel0\n1,0\n", "not an .npz file"),
}


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_file_of_another_kind_is_called_by_its_name(kind: str, tmp_path: Path) -> None:
    data, why = BEGINNINGS[kind]
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(DataError, match=why) as error:
        load_images(tmp_path / "file")
    assert "expected" in str(error.value) or "pack" in str(error.value) or "text" in kind


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape) + array.tobytes()


def write_idx(folder: Path) -> None:
    folder.mkdir(parents=True)
    for part, images in (("train", TRAIN), ("t10k", TEST)):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(images[..., 0]))
        labels = np.arange(len(images), dtype=np.uint8)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels))


def test_mnist_is_found_where_torchvision_puts_it(tmp_path: Path) -> None:
    write_idx(tmp_path / "MNIST" / "raw")
    for folder in (tmp_path, tmp_path / "MNIST", tmp_path / "MNIST" / "raw"):
        images = load_images(folder)
        assert np.array_equal(images.train[:, 0], TRAIN[..., 0])
        assert images.name == folder.name
    write_idx(tmp_path / "FashionMNIST" / "raw")
    with pytest.raises(DataError, match="no image set in this folder"):
        load_images(tmp_path)


def test_what_is_passed_over_is_called_by_its_whole_ending(tmp_path: Path) -> None:
    (tmp_path / "train-00000-of-00001.parquet").write_bytes(b"PAR1")
    (tmp_path / "v1.2").mkdir()
    (tmp_path / "v1.2" / "README").write_bytes(b"text")
    with pytest.raises(DataError, match="passed over"):
        load_images(tmp_path)
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(file_of(Image.fromarray(TRAIN[number]), "PNG"))
    told = "2 other files passed over (.parquet, without an ending)."
    assert load_images(tmp_path).notes == (told,)
