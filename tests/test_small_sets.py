"""Image sets that need no download: shapes that are drawn, and zip files of pictures."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realnvp.data import DataError, load_images
from realnvp.data.shapes import NAMES, shapes, write_shapes
from realnvp.data.zipped import is_npz, unzip, write_split


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def png(colour: tuple[int, int, int], size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


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


def test_pictures_in_a_zip_are_read_and_the_rest_is_counted() -> None:
    files = {"a/red.png": png((255, 0, 0)), "notes.txt": b"hello", "b.png": png((0, 0, 255))[:40]}
    found = unzip(zipped(files), 8)
    assert found.images.shape == (1, 8, 8, 3)
    assert (found.images[0] == [255, 0, 0]).all()
    assert found.refused == 2


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no zip", zipped({}), zipped({"x.txt": b"x"})]
)
def test_a_zip_without_pictures_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DataError) as error:
        unzip(data, 8)
    assert "\n" not in str(error.value)


def test_a_zip_that_is_cut_anywhere_is_refused_or_read() -> None:
    whole = zipped({"red.png": png((255, 0, 0)), "blue.png": png((0, 0, 255))})
    for end in range(0, len(whole), 7):
        try:
            assert len(unzip(whole[:end], 8).images)
        except DataError:
            continue


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in range(9):
            archive.writestr(f"{name}.png", bytes(60 * 2**20))
    with pytest.raises(DataError, match="unpacks to more"):
        unzip(buffer.getvalue(), 8)


def test_a_zip_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realnvp.data.zipped.MAX_SECONDS", -1)
    with pytest.raises(DataError, match="takes more than"):
        unzip(zipped({"red.png": png((255, 0, 0))}), 8)


def test_opening_tells_how_far_it_is_and_ends_where_that_does() -> None:
    data = zipped({f"{i}.png": png((i, 0, 0)) for i in range(4)})
    told: list[float] = []
    unzip(data, 8, progress=told.append)
    assert told == [0, 0.25, 0.5, 0.75]

    def leave(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unzip(data, 8, progress=leave)


def test_a_split_keeps_every_picture_once(tmp_path: Path) -> None:
    images = np.arange(30, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    write_split(tmp_path / "set.npz", images)
    data = load_images(tmp_path / "set.npz")
    assert (len(data.train), len(data.test)) == (27, 3)
    values = [*data.train[:, 0, 0, 0].tolist(), *data.test[:, 0, 0, 0].tolist()]
    assert sorted(values) == list(range(30))


def test_an_npz_is_told_from_a_zip_of_pictures(tmp_path: Path) -> None:
    write_shapes(tmp_path / "shapes.npz", 8, train=10, test=2)
    assert is_npz((tmp_path / "shapes.npz").read_bytes())
    assert not is_npz(zipped({"a.png": png((1, 2, 3))}))
    assert not is_npz(b"PK\x03\x04")
