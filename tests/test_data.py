"""Readers of image sets, on small files made here; each also gets damaged ones."""

import gzip
import io
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realnvp.data import DataError, ImageSet, batches, load_images, shrink
from realnvp.data.picture import Crop
from realnvp.images import open_image

Writer = Callable[[Path], Path]


def random_pixels(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def idx_bytes(array: np.ndarray) -> bytes:
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return header + array.tobytes()


def write_npz(folder: Path, **changes: object) -> Path:
    """A plain set of 6 + 4 colour images with two attributes; None leaves an array out."""
    arrays: dict[str, object] = {
        "train": random_pixels(6, 8, 8, 3),
        "test": random_pixels(4, 8, 8, 3, seed=1),
        "train_attributes": np.array([[0, 1]] * 5 + [[1, 0]], np.uint8),
        "test_attributes": np.array([[1, 1]] * 4, np.uint8),
        "attributes": np.array(["Smiling", "Eyeglasses"]),
    }
    arrays |= changes
    kept = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    path = folder / "faces.npz"
    np.savez_compressed(path, **kept)  # type: ignore[arg-type]
    return path


def write_classes(folder: Path, **changes: object) -> Path:
    labels = {
        "train_labels": np.array([0, 1, 2, 0, 1, 2], np.uint8),
        "test_labels": np.array([2, 2, 1, 0], np.uint8),
        "label_names": np.array(["ant", "bee", "cat"]),
    }
    nothing = {"train_attributes": None, "test_attributes": None, "attributes": None}
    return write_npz(folder, **(nothing | labels | changes))


def write_idx(folder: Path) -> Path:
    files = {
        "train-images-idx3-ubyte": random_pixels(12, 4, 6),
        "train-labels-idx1-ubyte": np.arange(12, dtype=np.uint8) % 10,
        "t10k-images-idx3-ubyte": random_pixels(3, 4, 6, seed=1),
        "t10k-labels-idx1-ubyte": np.array([9, 8, 7], np.uint8),
    }
    for name, array in files.items():
        (folder / name).write_bytes(idx_bytes(array))
    return folder


def write_gzipped_idx(folder: Path) -> Path:
    for path in list(write_idx(folder).iterdir()):
        (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    return folder


def write_cifar(folder: Path) -> Path:
    for i, name in enumerate([f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]):
        records = random_pixels(2, 3073, seed=i)
        records[:, 0] = i, 9 - i
        (folder / f"{name}.bin").write_bytes(records.tobytes())
    (folder / "batches.meta.txt").write_text("\n".join("abcdefghij") + "\n\n")
    return folder


def write_imagenet(folder: Path) -> Path:
    for number in (1, 2, 10):
        labels = np.array([number, 1000])
        data = random_pixels(2, 3 * 8 * 8, seed=number)
        np.savez(folder / f"train_data_batch_{number}.npz", data=data, labels=labels)
    np.savez(folder / "val_data.npz", data=random_pixels(1, 3 * 8 * 8), labels=np.array([7]))
    return folder


def write_pictures(folder: Path) -> Path:
    (folder / "deep" / "er").mkdir(parents=True)
    for i, name in enumerate(["a.png", "b.webp", "deep/c.bmp", "deep/er/d.PNG"]):
        pixels = random_pixels(8, 8, 3, seed=i)
        options = {"lossless": True} if name.endswith("webp") else {}
        Image.fromarray(pixels).save(folder / name, **options)
    return folder


def write_celeba(folder: Path) -> Path:
    pictures = folder / "img_align_celeba"
    pictures.mkdir()
    for i in range(1, 5):
        Image.fromarray(random_pixels(218, 178, 3, seed=i)).save(pictures / f"00000{i}.png")
    rows = "".join(f"00000{i}.jpg {' 1' if i % 2 else '-1'} -1\n" for i in range(1, 6))
    (folder / "list_attr_celeba.txt").write_text(f"5\nBald Smiling \n{rows}")
    parts = "000001.jpg 0\n000002.jpg 0\n000003.jpg 1\n000004.jpg 2\n000005.jpg 2\n"
    (folder / "list_eval_partition.txt").write_text(parts)
    return pictures


def overwrite(path: Path, content: bytes | bytearray) -> None:
    """Many times faster than `write_bytes` where truncating a file is slow."""
    with path.open("r+b") as file:
        file.write(content)
        if file.tell() != path.stat().st_size:
            file.truncate()


def complaint(path: Path, **options: object) -> str:
    """The one line that refuses the set; checked to be one and to hide where the file lies."""
    with pytest.raises(DataError) as caught:
        load_images(path, **options)  # type: ignore[arg-type]
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) <= 400
    assert str(path.parent) not in message
    return message


# Plain .npz


def test_npz_gives_its_pixels_channels_first(tmp_path: Path) -> None:
    images = load_images(write_npz(tmp_path))
    assert (images.name, images.channels, images.size) == ("faces", 3, (8, 8))
    np.testing.assert_array_equal(images.train, random_pixels(6, 8, 8, 3).transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(
        images.test, random_pixels(4, 8, 8, 3, seed=1).transpose(0, 3, 1, 2)
    )
    assert images.train.flags.c_contiguous
    assert images.train.dtype == np.uint8


def test_npz_attributes_are_zeros_and_ones_with_names(tmp_path: Path) -> None:
    images = load_images(str(write_npz(tmp_path)))
    assert images.has_attributes
    assert images.label_names == ("Smiling", "Eyeglasses")
    assert images.train_labels is not None
    assert images.train_labels.dtype == np.uint8
    assert images.train_labels.tolist() == [[0, 1]] * 5 + [[1, 0]]


def test_npz_classes_are_int64_with_names(tmp_path: Path) -> None:
    images = load_images(write_classes(tmp_path))
    assert not images.has_attributes
    assert images.label_names == ("ant", "bee", "cat")
    assert images.test_labels is not None
    assert images.test_labels.dtype == np.int64
    assert images.test_labels.tolist() == [2, 2, 1, 0]


def test_npz_classes_without_names_are_numbered(tmp_path: Path) -> None:
    assert load_images(write_classes(tmp_path, label_names=None)).label_names == ("0", "1", "2")


def test_npz_needs_no_labels_and_no_channel_axis(tmp_path: Path) -> None:
    grey = {"train": random_pixels(3, 4, 5), "test": random_pixels(2, 4, 5)}
    np.savez(tmp_path / "grey.npz", **grey)  # type: ignore[arg-type]
    images = load_images(tmp_path / "grey.npz")
    assert images.train.shape == (3, 1, 4, 5)
    assert images.train_labels is None
    assert not images.has_attributes
    np.testing.assert_array_equal(images.train[:, 0], grey["train"])


def test_npz_in_fortran_order_gives_the_same_pixels(tmp_path: Path) -> None:
    images = load_images(write_npz(tmp_path, train=np.asfortranarray(random_pixels(6, 8, 8, 3))))
    np.testing.assert_array_equal(images.train, random_pixels(6, 8, 8, 3).transpose(0, 3, 1, 2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train": None}, "no clear pair of image arrays"),
        ({"train": None}, "it holds 'test' (4x8x8x3 uint8), 'train_attributes' (6x2 uint8)"),
        ({"train": random_pixels(6, 8, 8, 3) - 128.0}, "their values are -128 to 255; expected"),
        (
            {"train": random_pixels(6, 8, 8, 3).astype(np.int32) * 257},
            "expected whole numbers from 0 to 255",
        ),
        ({"train": np.full((6, 8, 8, 3), np.nan)}, "values that are no numbers"),
        ({"train": random_pixels(6, 5, 8, 8)}, "'train' has shape 6x5x8x8; expected (N, H, W"),
        ({"train": random_pixels(0, 8, 8, 3)}, "'train' holds no images"),
        ({"test": random_pixels(4, 9, 9, 3)}, "training images are 3x8x8"),
        ({"test": random_pixels(4, 8, 8)}, "test images 1x8x8"),
        ({"train_attributes": np.zeros((5, 2), np.uint8)}, "5 rows for 6 images"),
        ({"train_attributes": np.full((6, 2), 7)}, "values other than 0 and 1"),
        ({"train_attributes": np.zeros((6, 3), np.uint8)}, "attributes and of their names differ"),
        ({"test_attributes": None}, "no array 'test_attributes' beside 'train_attributes'"),
        ({"attributes": None}, "no array 'attributes'"),
        ({"attributes": np.array(["Smiling"] * 2)}, "the same name twice"),
        ({"attributes": np.array(["Smiling", "two\nlines"])}, "unprintable"),
        ({"attributes": np.array([1, 2])}, "'attributes' holds int64 values"),
    ],
)
def test_npz_with_something_wrong_says_what(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    message = complaint(write_npz(tmp_path, **changes))
    assert message.startswith("faces.npz: ")
    assert words in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train_labels": np.arange(5)}, "'train_labels' holds 5 labels for 6 images"),
        ({"train_labels": np.arange(6) - 1}, "labels from -1 to 4"),
        ({"train_labels": np.arange(6) * 0.5}, "expected one whole number per image"),
        ({"train_labels": np.full(6, 10**12)}, "expected 0 to 65535"),
        ({"label_names": np.array(["ant", "bee"])}, "label 2 has no name"),
    ],
)
def test_npz_with_wrong_classes_says_what(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    assert words in complaint(write_classes(tmp_path, **changes))


def test_npz_is_never_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return pytest.fail, ("unpickled",)

    trap = np.empty(1, object)
    trap[0] = Trap()
    assert "pickled Python objects" in complaint(write_npz(tmp_path, train=trap))
    (tmp_path / "bare.npz").write_bytes(pickle.dumps(Trap()))
    assert "a pickled file, which is never loaded" in complaint(tmp_path / "bare.npz")


def test_npz_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.npy", bytes(65 * 2**20))
    assert "unpacks to 68157440 bytes" in complaint(tmp_path / "bomb.npz")


def test_npz_header_that_claims_more_than_is_there_takes_no_memory(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (10**9, 64, 64, 3)}
    np.lib.format.write_array_header_1_0(buffer, header)
    with zipfile.ZipFile(tmp_path / "faces.npz", "w") as archive:
        archive.writestr("train.npy", buffer.getvalue() + b"few")
    assert "its header says 12288000000000 bytes" in complaint(tmp_path / "faces.npz")


def test_truncated_npz_says_so(tmp_path: Path) -> None:
    path = write_npz(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    assert complaint(path) == "faces.npz: a damaged zip or .npz file, or one that is cut off"


# MNIST's idx files


@pytest.mark.parametrize("write", [write_idx, write_gzipped_idx])
def test_idx_files_give_their_pixels(tmp_path: Path, write: Writer) -> None:
    images = load_images(write(tmp_path))
    assert images.size == (4, 6)
    np.testing.assert_array_equal(images.train[:, 0], random_pixels(12, 4, 6))
    np.testing.assert_array_equal(images.test[:, 0], random_pixels(3, 4, 6, seed=1))
    assert images.test_labels is not None
    assert images.test_labels.tolist() == [9, 8, 7]
    assert images.label_names == tuple("0123456789")


def test_fashion_mnist_is_told_by_its_first_labels(tmp_path: Path) -> None:
    labels = np.array([9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9], np.uint8)
    (write_idx(tmp_path) / "train-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    assert load_images(tmp_path).label_names[9] == "Ankle boot"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "train-images-idx3-ubyte",
            idx_bytes(random_pixels(12, 4, 6))[:-12],
            "truncated: header says 12 images of 4x6, file holds 11.5",
        ),
        (
            "train-images-idx3-ubyte",
            gzip.compress(idx_bytes(random_pixels(12, 4, 6))[:-1]),
            "truncated: header says 12 images of 4x6, file holds 11.9",
        ),
        ("train-images-idx3-ubyte", idx_bytes(random_pixels(12, 4, 6)) + b"x", "too long"),
        ("train-images-idx3-ubyte", b"", "truncated: 0 bytes, not even a whole idx header"),
        ("train-images-idx3-ubyte", b"\x1f\x8b\x08", "truncated: 0 bytes"),
        ("train-images-idx3-ubyte", b"\x1f\x8bgarbage of some length", "does not unpack"),
        (
            "train-images-idx3-ubyte",
            idx_bytes(np.arange(12, dtype=np.uint8)),
            "idx labels: starts with 0x00000801; expected idx images, 0x00000803",
        ),
        ("t10k-labels-idx1-ubyte", b"<html>404</html>", "no idx bytes: starts with 0x3c68746d"),
        ("t10k-labels-idx1-ubyte", idx_bytes(np.zeros(2, np.uint8)), "2 labels for 3 images"),
        ("t10k-labels-idx1-ubyte", struct.pack(">2I", 0x801, 2**32 - 1), "file holds 0"),
        ("t10k-labels-idx1-ubyte", struct.pack(">2I", 0x801, 0), "empty: its header says 0 labels"),
        (
            "t10k-labels-idx1-ubyte",
            gzip.compress(struct.pack(">2I", 0x801, 2**30), mtime=0),
            "unpacks to 1073741824 bytes",
        ),
    ],
)
def test_idx_file_with_something_wrong_says_what(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (write_idx(tmp_path) / name).write_bytes(content)
    message = complaint(tmp_path)
    assert message.startswith(f"{name}: ")
    assert words in message


def test_truncated_gzip_says_how_much_is_there(tmp_path: Path) -> None:
    path = write_gzipped_idx(tmp_path) / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:150])
    message = complaint(tmp_path)
    assert message.startswith("train-images-idx3-ubyte.gz: truncated: header says 12 images of 4x6")


def test_missing_idx_file_is_named(tmp_path: Path) -> None:
    (write_idx(tmp_path) / "t10k-images-idx3-ubyte").unlink()
    assert "t10k-images-idx3-ubyte is missing" in complaint(tmp_path)


# CIFAR-10's binary version


def test_cifar_gives_its_pixels_labels_and_names(tmp_path: Path) -> None:
    images = load_images(write_cifar(tmp_path))
    assert images.train.shape == (10, 3, 32, 32)
    expected = random_pixels(2, 3073, seed=3)[:, 1:].reshape(2, 3, 32, 32)
    np.testing.assert_array_equal(images.train[6:8], expected)
    assert images.train_labels is not None
    assert images.train_labels.tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]
    assert images.label_names == tuple("abcdefghij")


def test_cifar_is_found_one_folder_down_and_knows_its_names(tmp_path: Path) -> None:
    (tmp_path / "cifar-10-batches-bin").mkdir()
    (write_cifar(tmp_path / "cifar-10-batches-bin") / "batches.meta.txt").unlink()
    assert load_images(tmp_path).label_names[6] == "frog"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("data_batch_2.bin", bytes(3073 * 2 - 1), "6145 bytes is 2.0 records"),
        ("data_batch_2.bin", b"", "truncated or no CIFAR-10 batch"),
        ("test_batch.bin", bytes(3073) + b"\x0a" * 3073, "record 1 has label 10; expected 0 to 9"),
        ("batches.meta.txt", b"airplane\n", "1 class names; expected ten"),
        ("batches.meta.txt", b"\xff\x00\n" * 10, "unprintable"),
    ],
)
def test_cifar_file_with_something_wrong_says_what(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (write_cifar(tmp_path) / name).write_bytes(content)
    message = complaint(tmp_path)
    assert message.startswith(f"{name}: ")
    assert words in message


def test_missing_cifar_batch_is_named(tmp_path: Path) -> None:
    (write_cifar(tmp_path) / "data_batch_4.bin").unlink()
    assert complaint(tmp_path).startswith("data_batch_4.bin: missing")


def test_pickled_cifar_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "data_batch_1").write_bytes(b"\x80\x02}")
    assert "expected its binary version" in complaint(tmp_path)


# Downsampled ImageNet


def test_imagenet_batches_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    images = load_images(write_imagenet(tmp_path))
    expected = [random_pixels(2, 3 * 8 * 8, seed=n).reshape(2, 3, 8, 8) for n in (1, 2, 10)]
    np.testing.assert_array_equal(images.train, np.concatenate(expected))
    assert images.train_labels is not None
    assert images.test_labels is not None
    assert images.train_labels.tolist() == [0, 999, 1, 999, 9, 999]
    assert images.label_names[images.test_labels[0]] == "7"


def test_imagenet_shrinks_as_it_reads(tmp_path: Path) -> None:
    whole = load_images(write_imagenet(tmp_path))
    halved = load_images(tmp_path, size=4)
    np.testing.assert_array_equal(halved.train, shrink(whole.train, 4))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"data": random_pixels(2, 192)}, "expected arrays 'data' and 'labels'"),
        ({"data": random_pixels(2, 191), "labels": np.ones(2, int)}, "rows of 191 bytes"),
        ({"data": random_pixels(2, 48), "labels": np.ones(2, int)}, "4x4; the first batch's 8x8"),
        ({"data": random_pixels(2, 192), "labels": np.ones(3, int)}, "3 labels for 2 images"),
        ({"data": random_pixels(2, 192), "labels": np.zeros(2, int)}, "count from 1"),
        ({"data": np.zeros((2, 192)), "labels": np.ones(2, int)}, "'data' is float64"),
        ({"data": random_pixels(0, 192), "labels": np.ones(0, int)}, "holds no images"),
    ],
)
def test_imagenet_batch_with_something_wrong_says_what(
    tmp_path: Path, arrays: dict[str, np.ndarray], words: str
) -> None:
    np.savez(write_imagenet(tmp_path) / "train_data_batch_2.npz", **arrays)  # type: ignore[arg-type]
    message = complaint(tmp_path)
    assert message.startswith("train_data_batch_2.npz: ")
    assert words in message


def test_imagenet_without_validation_images_is_refused(tmp_path: Path) -> None:
    (write_imagenet(tmp_path) / "val_data.npz").unlink()
    assert "no val_data*.npz" in complaint(tmp_path)


# Folders of pictures


def test_pictures_in_any_folder_keep_their_pixels(tmp_path: Path) -> None:
    images = load_images(write_pictures(tmp_path), test_fraction=0.5)
    assert (len(images.train), len(images.test)) == (2, 2)
    found = {image.tobytes() for image in [*images.train, *images.test]}
    expected = [random_pixels(8, 8, 3, seed=i).transpose(2, 0, 1) for i in range(4)]
    assert found == {image.tobytes() for image in expected}


def test_held_out_pictures_depend_on_names_only(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_pictures(tmp_path / folder)
    first, second = (load_images(tmp_path / name) for name in ("one", "two"))
    assert len(first.test) == 1
    np.testing.assert_array_equal(first.test, second.test)


def test_grey_pictures_give_one_channel(tmp_path: Path) -> None:
    for i in range(2):
        Image.fromarray(random_pixels(8, 8, seed=i)).save(tmp_path / f"{i}.png")
    images = load_images(tmp_path)
    assert images.channels == 1
    assert (images.train[0, 0] == random_pixels(8, 8, seed=1)).all() or (
        images.train[0, 0] == random_pixels(8, 8, seed=0)
    ).all()


def test_sixteen_bit_pictures_are_rounded_to_eight_as_an_upload_is(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    for name in ("a.png", "b.png"):
        Image.fromarray(values).save(tmp_path / name)
    pixels = load_images(tmp_path).test[0, 0]
    np.testing.assert_array_equal(pixels, np.rint(values / 257))
    upload = open_image((tmp_path / "a.png").read_bytes()).pixels
    np.testing.assert_array_equal(pixels, upload[..., 0])


def test_wide_pictures_are_cut_in_the_middle_and_shrunk(tmp_path: Path) -> None:
    pixels = random_pixels(8, 14, 3)
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    images = load_images(tmp_path, size=4)
    square = np.ascontiguousarray(pixels[:, 3:11].transpose(2, 0, 1))
    np.testing.assert_array_equal(images.train, shrink(square[None], 4))


def test_random_crops_are_squares_of_the_picture_and_repeat(tmp_path: Path) -> None:
    pixels = random_pixels(12, 30, 3)
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    images = load_images(tmp_path, size=8, crop="random")
    windows = np.lib.stride_tricks.sliding_window_view(pixels.transpose(2, 0, 1), (8, 8), (1, 2))
    assert (windows == images.train[0][:, None, None]).all(axis=(0, 3, 4)).any()
    again = load_images(tmp_path, size=8, crop="random")
    np.testing.assert_array_equal(again.train, images.train)


def test_celeba_has_its_split_attributes_and_crop(tmp_path: Path) -> None:
    images = load_images(write_celeba(tmp_path))
    assert (len(images.train), len(images.test)) == (2, 1)
    face = random_pixels(218, 178, 3, seed=1)[40:188, 15:163]
    np.testing.assert_array_equal(images.train[0], face.transpose(2, 0, 1))
    assert images.label_names == ("Bald", "Smiling")
    assert images.train_labels is not None
    assert images.train_labels.tolist() == [[1, 0], [0, 0]]


def test_celeba_lists_may_lie_in_the_folder_itself(tmp_path: Path) -> None:
    write_celeba(tmp_path)
    assert load_images(tmp_path, size=64).test.shape == (1, 3, 64, 64)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list_attr_celeba.txt", "5\nBald\n000001.jpg 1\n", "says 5 rows, file holds 1"),
        ("list_attr_celeba.txt", "1\nBald\n000001.jpg 1 1\n", "line 3 holds 2 values; expected 1"),
        ("list_attr_celeba.txt", "1\nBald\n000001.jpg 0\n", "other than -1 and 1"),
        ("list_attr_celeba.txt", "1\nBald Bald\n000001.jpg 1 1\n", "same name twice"),
        ("list_attr_celeba.txt", "", "expected the number of rows"),
        ("list_eval_partition.txt", "000001.jpg 3\n", "line 1: expected a file name and 0, 1 or 2"),
        ("list_eval_partition.txt", "000001.jpg 0\n", "marks 1 of the pictures for training"),
        (
            "list_eval_partition.txt",
            "".join(f"00000{i}.jpg 0\n" for i in range(1, 5)),
            "marks 4 of the pictures for training and 0 for test",
        ),
    ],
)
def test_celeba_list_with_something_wrong_says_what(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    pictures = write_celeba(tmp_path)
    (tmp_path / name).write_text(content)
    message = complaint(pictures)
    assert message.startswith(f"{name}: ")
    assert words in message


def test_pictures_without_a_row_in_a_list_are_left_out(tmp_path: Path) -> None:
    pictures = write_celeba(tmp_path)
    (tmp_path / "list_attr_celeba.txt").write_text("2\nBald\n000001.jpg 1\n000004.jpg -1\n")
    images = load_images(pictures)
    assert (len(images.train), len(images.test)) == (1, 1)
    assert images.left_out.files == (
        ("000002.png", "list_attr_celeba.txt has no row for it."),
        ("000003.png", "list_attr_celeba.txt has no row for it."),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"<svg/>", "no picture"),
        (b"<!DOCTYPE html><html>", "no picture"),
        (b"GIF89a" + bytes(40), "damaged or cut off"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "cut off"),
    ],
)
def test_what_is_no_picture_is_left_out_with_its_reason(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (write_pictures(tmp_path) / "a.png").write_bytes(content)
    images = load_images(tmp_path)
    assert len(images.train) + len(images.test) == 3
    ((name, why),) = images.left_out.files
    assert name == "a.png"
    assert words in why
    assert str(images.left_out).startswith("1 of 4 files left out: 1 × ")


def test_a_picture_that_is_cut_off_is_left_out_whatever_its_place(tmp_path: Path) -> None:
    """The first one read says the size: it may be the bad one."""
    for path in sorted(write_pictures(tmp_path).rglob("*.*")):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        images = load_images(tmp_path)
        assert [name for name, _ in images.left_out.files] == [str(path.relative_to(tmp_path))]
        assert images.size == (8, 8)
        path.write_bytes(whole)


def test_a_huge_picture_is_left_out_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (20000, 20000)).save(write_pictures(tmp_path) / "a.png")
    ((name, why),) = load_images(tmp_path).left_out.files
    assert name == "a.png"
    assert "pixels" in why


def test_what_cannot_be_read_or_is_gone_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_bytes(path: Path) -> bytes:
        if path.name == "a.png":
            raise PermissionError(13, "Permission denied", str(path))
        if path.name == "c.bmp":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return real(path)

    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    images = load_images(write_pictures(tmp_path), test_fraction=0.5)
    assert images.left_out.files == (
        ("a.png", "The file cannot be read: permission denied."),
        ("deep/c.bmp", "The file cannot be read: no such file or directory."),
    )
    assert (len(images.train), len(images.test)) == (1, 1)


def test_what_is_left_out_moves_no_other_picture(tmp_path: Path) -> None:
    for i in range(20):
        Image.fromarray(np.full((8, 8, 3), i, np.uint8)).save(tmp_path / f"{i:02}.png")
    whole = load_images(tmp_path, test_fraction=0.4)
    for name in ("03.png", "11.png"):
        (tmp_path / name).write_bytes(b"damaged")
    part = load_images(tmp_path, test_fraction=0.4)
    values = [sorted(images[:, 0, 0, 0].tolist()) for images in (part.train, part.test)]
    assert sorted(values[0] + values[1]) == [i for i in range(20) if i not in (3, 11)]
    assert set(values[1]) <= {*whole.test[:, 0, 0, 0].tolist(), *values[1][-1:]}


def test_where_nothing_is_left_a_file_and_its_reason_are_told(tmp_path: Path) -> None:
    for path in write_pictures(tmp_path).rglob("*.*"):
        path.write_bytes(b"")
    message = complaint(tmp_path)
    assert "none of its 4 pictures can be used; 4 left out, as a.png: The file is empty." in message


def test_pictures_of_another_size_than_most_are_left_out(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(write_pictures(tmp_path) / "b.webp")
    images = load_images(tmp_path)
    assert images.size == (8, 8)
    assert [name for name, _ in images.left_out.files] == ["b.webp"]
    assert not load_images(tmp_path, size=8).left_out


def test_pictures_of_many_sizes_ask_for_one(tmp_path: Path) -> None:
    for side in range(8, 14):
        Image.new("RGB", (side, 9)).save(tmp_path / f"{side}.png")
    assert "give a size to bring all to" in complaint(tmp_path)
    assert load_images(tmp_path, size=8).size == (8, 8)


@pytest.mark.parametrize("crop", ["center", "random"])
def test_a_picture_smaller_than_the_size_is_left_out(tmp_path: Path, crop: Crop) -> None:
    Image.new("RGB", (15, 16)).save(write_pictures(tmp_path) / "a.png")
    for name in ("large.png", "wide.png"):
        Image.new("RGB", (20, 16)).save(tmp_path / name)
    images = load_images(tmp_path, size=16, crop=crop)
    assert (len(images.train), len(images.test)) == (1, 1)
    small = "The picture is smaller than 16 × 16 pixels."
    assert images.left_out.reasons() == {small.rstrip("."): 4}


def test_folder_with_nothing_to_read_says_what_was_expected(tmp_path: Path) -> None:
    assert "expected MNIST idx files" in complaint(tmp_path)
    assert complaint(tmp_path / "gone").startswith("gone: no such file or folder, and none of ")


def test_name_of_a_file_cannot_break_the_line(tmp_path: Path) -> None:
    (tmp_path / "two\nlines\x1b.npz").write_bytes(b"PK")
    assert complaint(tmp_path / "two\nlines\x1b.npz").startswith("two?lines?.npz: ")


# Options of all sets


def test_size_halves_by_the_rounded_box_mean(tmp_path: Path) -> None:
    images = load_images(write_npz(tmp_path), size=4)
    boxes = random_pixels(6, 8, 8, 3).reshape(6, 4, 2, 4, 2, 3).astype(int).sum(axis=(2, 4))
    np.testing.assert_array_equal(images.train, ((boxes + 2) // 4).transpose(0, 3, 1, 2))


def test_own_size_changes_nothing(tmp_path: Path) -> None:
    whole = load_images(write_npz(tmp_path))
    np.testing.assert_array_equal(load_images(tmp_path / "faces.npz", size=8).train, whole.train)


def test_odd_factor_goes_through_lanczos() -> None:
    images = random_pixels(2, 3, 8, 8)
    expected = Image.fromarray(images[1, 2]).resize((5, 5), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(shrink(images, 5)[1, 2], np.asarray(expected))


def test_shrinking_keeps_a_flat_picture_flat() -> None:
    flat = np.full((1, 1, 12, 12), 255, np.uint8)
    for size in (1, 2, 3, 5, 6, 7):
        assert (shrink(flat, size) == 255).all()


def test_enlarging_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="size 16 is larger than the images, 8x8"):
        load_images(write_npz(tmp_path), size=16)


def test_attributes_are_chosen_and_ordered_by_name(tmp_path: Path) -> None:
    images = load_images(write_npz(tmp_path), labels=["Eyeglasses", "Smiling"])
    assert images.label_names == ("Eyeglasses", "Smiling")
    assert images.train_labels is not None
    assert images.train_labels.tolist() == [[1, 0]] * 5 + [[0, 1]]


def test_unknown_attribute_gets_close_names(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no attribute 'smile' in faces; did you mean Smiling\?"):
        load_images(write_npz(tmp_path), labels=["smile"])


def test_attributes_cannot_be_chosen_where_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="faces has no attributes"):
        load_images(write_classes(tmp_path), labels=["ant"])


# Damaged files of every kind


@pytest.mark.parametrize(
    "write",
    [
        write_npz,
        write_classes,
        write_idx,
        write_gzipped_idx,
        write_cifar,
        write_imagenet,
        write_pictures,
        write_celeba,
    ],
)
def test_mutated_files_are_read_or_refused_in_one_line(tmp_path: Path, write: Writer) -> None:
    path = write(tmp_path)
    files = sorted(file for file in tmp_path.rglob("*") if file.is_file())
    originals = {file: file.read_bytes() for file in files}
    rng = random.Random(0)
    # CelebA's pictures are large, its lists are what is new: fewer rounds do
    for _ in range(60 if write is write_celeba else 300):
        file = rng.choice(files)
        data = bytearray(originals[file])
        for _ in range(rng.randint(1, 8)):
            # headers sit at either end, and break more than pixels do
            near = rng.randrange(min(len(data), 200))
            place = rng.choice([near, -1 - near, rng.randrange(len(data))])
            data[place] = rng.choice([0, 255, rng.randrange(256)])
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        overwrite(file, data)
        message = ""
        try:
            assert isinstance(load_images(path, size=4), ImageSet)
        except DataError as error:
            message = str(error)
        except ValueError as error:  # the images are now of a size that gives no 4x4
            message = str(error)
            assert message.startswith("size 4 ")
        assert not message or message.isprintable()
        assert str(tmp_path) not in message
        overwrite(file, originals[file])


# Batches


def test_an_epoch_has_each_image_once_with_its_label(generator: torch.Generator) -> None:
    images = np.arange(12, dtype=np.uint8).reshape(12, 1, 1, 1)
    labels = np.arange(12, dtype=np.int64) * 10
    seen = []
    for batch, label in batches(images, 4, generator=generator, labels=labels):
        assert batch.dtype == torch.uint8
        assert batch.shape == (4, 1, 1, 1)
        assert label is not None
        assert (label == batch.flatten().long() * 10).all()
        seen += batch.flatten().tolist()
    assert sorted(seen) == list(range(12))
    assert seen != sorted(seen)


def test_the_short_last_batch_is_dropped(generator: torch.Generator) -> None:
    found = list(batches(random_pixels(11, 1, 2, 2), 4, generator=generator))
    assert len(found) == 2
    assert found[0][1] is None


def test_the_same_generator_state_gives_the_same_epoch() -> None:
    images = random_pixels(16, 3, 4, 4)

    def epoch(seed: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        return torch.cat([b for b, _ in batches(images, 4, generator=generator, flip=True)])

    assert torch.equal(epoch(1), epoch(1))
    assert not torch.equal(epoch(1), epoch(2))


def test_flips_mirror_about_half_of_the_images(generator: torch.Generator) -> None:
    images = np.zeros((400, 1, 1, 2), np.uint8)
    images[..., 0] = 1  # 1 0 becomes 0 1
    (batch, _), *_ = batches(images, 400, generator=generator, flip=True)
    assert (batch.sum(dim=-1) == 1).all()
    assert 160 < int(batch[..., 1].sum()) < 240
    assert (images[..., 0] == 1).all()


def test_batches_do_not_share_memory_with_the_set(generator: torch.Generator) -> None:
    images = random_pixels(4, 1, 2, 2)
    before = images.copy()
    (batch, _), *_ = batches(images, 4, generator=generator)
    batch.zero_()
    np.testing.assert_array_equal(images, before)


def test_too_large_a_batch_is_refused_at_once(generator: torch.Generator) -> None:
    with pytest.raises(ValueError, match="batch size 5 must be 1 to 4"):
        batches(random_pixels(4, 1, 2, 2), 5, generator=generator)
