"""Image sets that need no download: shapes that are drawn, and zip files of pictures."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realnvp.data import DataError, ImageSet, load_images
from realnvp.data.shapes import NAMES, shapes, write_shapes


def write(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def png(colour: tuple[int, int, int], size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


PICTURES = {f"{i}.png": png((i, 0, 255)) for i in range(6)}


def values(images: ImageSet) -> list[int]:
    return sorted([*images.train[:, 0, 0, 0].tolist(), *images.test[:, 0, 0, 0].tolist()])


def complaint(path: Path, **options: bool) -> str:
    with pytest.raises(DataError) as error:
        load_images(path, size=8, **options)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
    return str(error.value)


def tampered(path: Path, files: dict[str, bytes], offset: int, value: int) -> Path:
    """A zip file with another 16-bit number at this place of every entry of its directory."""
    write(path, files)
    data = bytearray(path.read_bytes())
    for mark, shift in ((b"PK\x01\x02", 0), (b"PK\x03\x04", -2)):
        start = data.find(mark)
        while start >= 0:
            struct.pack_into("<H", data, start + offset + shift, value)
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    return path


def test_shapes_are_the_same_for_a_seed_and_others_for_another() -> None:
    first, kinds = shapes(20, 16, 0)
    assert first.shape == (20, 16, 16, 3)
    assert np.array_equal(first, shapes(20, 16, 0)[0])
    assert not np.array_equal(first, shapes(20, 16, 1)[0])
    assert set(kinds.tolist()) == {0, 1, 2}


def test_a_shape_is_lighter_than_its_ground_and_neither_is_all() -> None:
    pictures, _ = shapes(50, 16, 0)
    light = pictures.mean(axis=3)
    corner, brightest = light[:, 0, 0], light.max(axis=(1, 2))
    assert (brightest > corner + 15).all()
    share = (light > (corner + brightest)[:, None, None] / 2).mean(axis=(1, 2))
    assert (share > 0.02).all()
    assert (share < 0.6).all()


def test_written_shapes_are_an_image_set_with_classes(tmp_path: Path) -> None:
    write_shapes(tmp_path / "shapes.npz", 16, train=30, test=6)
    data = load_images(tmp_path / "shapes.npz")
    assert data.train.shape == (30, 3, 16, 16)
    assert data.label_names == NAMES


def test_pictures_in_a_zip_are_read_and_the_rest_is_named(tmp_path: Path) -> None:
    bad = {
        "cut.png": PICTURES["1.png"][:40],
        "page.JPG": b"<!DOCTYPE html>",
        "none.gif": b"",
        "small.png": png((9, 9, 9), (7, 20)),
    }
    passed = {"notes.txt": b"x", "__MACOSX/._0.png": b"x", "Thumbs.db": b"x", "sub/.DS_Store": b"x"}
    path = write(tmp_path / "set.zip", PICTURES | bad | passed | {"photo": png((77, 0, 0))})
    images = load_images(path, size=8)
    assert images.name == "set"
    assert values(images) == [0, 1, 2, 3, 4, 5, 77]
    assert [name for name, _ in images.left_out.files] == sorted(bad)
    assert images.left_out.of == 11
    assert images.notes == ("1 other file passed over (.txt).",)


def test_a_zip_and_its_folder_are_the_same_set(tmp_path: Path) -> None:
    files = {f"set/{part}/{kind}/{n}.png": png((n, n, 3)) for part in ("train", "test")
             for kind in ("cat", "dog") for n in range(3)}  # fmt: skip
    path = write(tmp_path / "set.zip", files)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    zipped, folder = load_images(path, size=8), load_images(tmp_path / "folder", size=8)
    np.testing.assert_array_equal(zipped.train, folder.train)
    np.testing.assert_array_equal(zipped.test, folder.test)
    assert zipped.test_labels is not None
    assert folder.test_labels is not None
    assert zipped.test_labels.tolist() == folder.test_labels.tolist()
    assert zipped.label_names == ("cat", "dog")


def test_folders_as_windows_writes_them_are_classes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", {f"{i % 2}x\\{i}.png": png((i, 0, 0)) for i in range(6)})
    assert load_images(path).label_names == ("0x", "1x")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "an empty zip file"),
        ({"x.txt": b"x", "y.txt": b"y"}, "holds no picture: 2 other files passed over (.txt)"),
        ({"a.zip": b"x", "b/c.ZIP": b"x"}, "holds 2 packed files and no picture; unpack them"),
        ({"a.npy": b"x"}, "'a' has a damaged header"),
        ({"model/data.pkl": b"x", "model/data/0.bin": b"x"}, "a PyTorch file"),
        ({"a.png": b"x"}, "none of its 1 pictures can be used"),
        ({"a.png": png((1, 2, 3))}, "one picture only"),
    ],
)
def test_a_zip_without_pictures_says_what_it_holds(
    tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    assert words in complaint(write(tmp_path / "set.zip", files))


def test_arrays_that_are_no_pair_are_named(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((3, 8, 8), np.uint8))
    path = write(tmp_path / "set.zip", {"deep/first.npy": buffer.getvalue()})
    assert "it holds 'deep/first' (3x8x8 uint8)" in complaint(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04", "cut off"),
        (b"no zip", "not an .npz file, a zip file or a folder"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive; pack the pictures as a zip file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"\x93NUMPY\x01\x00", "one array alone"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
    ],
)
def test_what_is_no_zip_says_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "set.zip").write_bytes(content)
    assert words in complaint(tmp_path / "set.zip")


@pytest.mark.parametrize("file", ["0.png", "train.npy"])
def test_a_password_is_the_reason(tmp_path: Path, file: str) -> None:
    path = tampered(tmp_path / "set.zip", {file: PICTURES["0.png"]}, 8, 1)
    assert "locked with a password" in complaint(path)


@pytest.mark.parametrize(
    ("method", "name"), [(9, "Deflate64"), (93, "Zstandard"), (98, "ppmd"), (77, "method 77")]
)
def test_another_compression_is_the_reason(tmp_path: Path, method: int, name: str) -> None:
    path = tampered(tmp_path / "set.zip", PICTURES, 10, method)
    assert f"compressed with {name}, which cannot be unpacked here; make a zip" in complaint(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_usual_compressions_are_read(tmp_path: Path, method: int) -> None:
    assert len(values(load_images(write(tmp_path / "set.zip", PICTURES, method)))) == 6


def test_one_locked_file_and_one_damaged_stop_no_other(tmp_path: Path) -> None:
    path = write(tmp_path / "set.zip", PICTURES | {"last.png": png((9, 9, 9))})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<H", data, entry + 8, 1)
    body = data.find(PICTURES["3.png"])
    data[body + 20] ^= 255  # its checksum differs
    path.write_bytes(data)
    images = load_images(path)
    assert values(images) == [0, 1, 2, 4, 5]
    assert images.left_out.files == (
        ("3.png", "The zip file is damaged here."),
        ("last.png", "It is locked with a password."),
    )


def test_a_link_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "set.zip", PICTURES)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert not load_images(path).left_out


def test_a_zip_that_is_cut_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    whole = write(tmp_path / "set.zip", PICTURES).read_bytes()
    for end in range(0, len(whole), 37):
        (tmp_path / "set.zip").write_bytes(whole[:end])
        try:
            load_images(tmp_path / "set.zip", size=8)
        except DataError:
            continue


@pytest.mark.parametrize("strict", [True, False])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, strict: bool) -> None:
    files = {f"{name}.png": bytes(60 * 2**20) for name in range(9)}
    path = write(tmp_path / "set.zip", files, zipfile.ZIP_DEFLATED)
    assert "unpacks to" in complaint(path, strict=strict)


def test_a_zip_that_takes_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "set.zip", PICTURES)
    monkeypatch.setattr("realnvp.data.zipped.MAX_SECONDS", -1)
    assert "takes more than" in complaint(path, strict=True)
    assert len(values(load_images(path))) == 6


def test_opening_tells_how_far_it_is_and_ends_where_that_does(tmp_path: Path) -> None:
    path = write(tmp_path / "set.zip", {f"{i}.png": png((i, 0, 0)) for i in range(4)})
    told: list[float] = []
    load_images(path, progress=told.append)
    assert told == [0, 0.25, 0.5, 0.75]

    def leave(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_images(path, progress=leave)


def test_every_picture_of_a_zip_is_in_one_part(tmp_path: Path) -> None:
    path = write(tmp_path / "set.zip", {f"{i}.png": png((i, 0, 0)) for i in range(30)})
    images = load_images(path, size=4)
    assert (len(images.train), len(images.test)) == (27, 3)
    assert values(images) == list(range(30))
