"""Sets of one's own for the page Atlas: zips, folders and the Parquet of `encode FOLDER`."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from flows import random_pictures, small_flow
from PIL import Image
from pyarrow import parquet

from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.collection import opened
from realnvp.data import named_pictures
from realnvp.data.imageset import DataError
from realnvp.data.named_pictures import as_channels, chosen_rows, folder_of
from realnvp.data.server_sets import server_sets
from realnvp.explore import own_set
from realnvp.explore.own_set import open_own
from realnvp.model_files import weights_hash

COUNT = 14


def png(image: torch.Tensor) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image.permute(1, 2, 0).numpy()).save(buffer, "PNG")
    return buffer.getvalue()


def names() -> list[str]:
    return [f"{('cats', 'dogs')[index % 2]}/{index:02}.png" for index in range(COUNT)]


@pytest.fixture
def zip_file(tmp_path: Path) -> Path:
    """Pictures of two classes, one that is damaged and a text."""
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, image in zip(names(), random_pictures(COUNT), strict=True):
            archive.writestr(name, png(image))
        archive.writestr("cats/broken.png", b"\x89PNG no more")
        archive.writestr("readme.txt", "hello")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, image in zip(names(), random_pictures(COUNT), strict=True):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(image))
    return tmp_path / "pictures"


@pytest.fixture
def collection(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `encode FOLDER` makes of them."""
    save(small_flow(), tmp_path / "checkpoints" / "tiny")
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "checkpoints"))
    assert main(["encode", "tiny", str(folder), "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def test_a_zip_is_encoded_with_its_names_and_what_is_left_out(zip_file: Path) -> None:
    flow = small_flow()
    found = open_own(flow, "", zip_file, "mine.zip", strict=True)
    atlas = found.atlas
    assert atlas.files == tuple(sorted(names()))
    assert atlas.words == tuple(name[:4] for name in atlas.files)
    order = [names().index(file) for file in atlas.files]
    images = random_pictures(COUNT)[order]
    assert torch.equal(atlas.images, images)
    torch.testing.assert_close(atlas.z, flow.encode(images), rtol=1e-4, atol=1e-4)
    assert [name for name, _ in found.left_out.files] == ["cats/broken.png"]
    assert found.left_out.of == COUNT + 1
    assert any("1 other file passed over (.txt)" in note for note in found.notes)


def test_a_folder_gives_the_same_as_the_zip(folder: Path, zip_file: Path) -> None:
    flow = small_flow()
    one, other = (open_own(flow, "", path, "x").atlas for path in (folder, zip_file))
    assert one.files == other.files
    assert torch.equal(one.images, other.images)


def test_arrays_are_a_set_too(tmp_path: Path) -> None:
    images = random_pictures(COUNT).numpy()
    np.savez(tmp_path / "set.npz", train=images[:10], test=images[10:])
    atlas = open_own(small_flow(), "", tmp_path / "set.npz", "set").atlas
    assert torch.equal(atlas.images, torch.from_numpy(images))
    assert (atlas.files[0], atlas.files[10]) == ("train/1", "test/1")


def test_more_than_a_map_holds_are_chosen_by_a_seed(
    folder: Path, collection: Path, monkeypatch: pytest.MonkeyPatch, zip_file: Path
) -> None:
    monkeypatch.setattr(own_set, "MOST", 11)
    flow = small_flow()
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    expected = tuple(sorted(names())[row] for row in chosen_rows(COUNT, 11))
    for path in (folder, collection):
        found = open_own(flow, mark, path, "x")
        assert found.atlas.files == expected
        assert found.of == COUNT
        assert len(found.atlas.z) == 11


def test_a_collection_is_its_pictures_and_latents(
    collection: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = parquet.read_table(collection)
    assert set(table["folder"].to_pylist()) == {"cats", "dogs"}
    flow = small_flow()
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    own, encoded = (
        open_own(flow, mark, collection, "x").atlas,
        open_own(flow, "", folder, "x").atlas,
    )
    assert own.files == encoded.files
    assert own.words == encoded.words
    assert torch.equal(own.images, encoded.images)
    torch.testing.assert_close(own.z, encoded.z, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(own.bits_per_dim, encoded.bits_per_dim, rtol=1e-5, atol=1e-5)
    part = next(collection.glob("*.parquet"))
    assert torch.equal(open_own(flow, mark, part, "x").atlas.z, own.z)


def test_a_collection_of_a_grey_model_has_grey_thumbnails(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small_flow(channels=1), tmp_path / "models" / "grey")
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "models"))
    assert main(["encode", "grey", str(folder), "--out", str(tmp_path / "out")]) == 0
    mark = weights_hash(tmp_path / "models" / "grey")
    atlas = open_own(small_flow(channels=1), mark, tmp_path / "out", "x").atlas
    assert atlas.images.shape == (COUNT, 1, 8, 8)
    assert atlas.images.float().std() > 0


def test_numbers_alone_have_no_thumbnails_and_no_map(collection: Path, folder: Path) -> None:
    out = collection.parent / "bits"
    assert main(["encode", "tiny", str(folder), "--out", str(out), "--bits-only"]) == 0
    assert "thumbnail" not in parquet.read_table(out).column_names
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    with pytest.raises(DataError, match="--bits-only"):
        open_own(small_flow(), mark, out, "x")


def without(name: str) -> "pa.Table":
    return lambda table: table.drop_columns([name])


def larger(table: pa.Table) -> pa.Table:
    """With a thumbnail that claims to be larger than the model's pictures."""
    column = [png(random_pictures(1, side=64)[0])] * len(table)
    place = table.column_names.index("thumbnail")
    return table.set_column(place, "thumbnail", pa.array(column, pa.binary()))


def other_latents(table: pa.Table) -> pa.Table:
    place = table.column_names.index("latent")
    half = pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(96 * len(table), np.float32)), 96)
    return table.set_column(place, "latent", half)


def not_finite(table: pa.Table) -> pa.Table:
    place = table.column_names.index("bits_per_dim")
    return table.set_column(place, "bits_per_dim", pa.array([np.inf] * len(table)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("thumbnail"), "no column thumbnail"),
        (without("latent"), "--bits-only"),
        (other_latents, "those of the model 192 numbers"),
        (larger, "not of the model's size"),
        (not_finite, "not finite"),
        (lambda table: table.replace_schema_metadata({}), "has not written"),
        (lambda table: table.slice(0, 9), "9 pictures; a map takes 10"),
    ],
)
def test_a_collection_that_does_not_fit_is_one_kind_line(
    collection: Path, tmp_path: Path, change: object, words: str
) -> None:
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    table = parquet.read_table(next(collection.glob("*.parquet")))
    parquet.write_table(change(table), tmp_path / "changed.parquet")
    with pytest.raises(DataError) as error:
        open_own(small_flow(), mark, tmp_path / "changed.parquet", "x")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_latents_of_another_model_are_refused(collection: Path) -> None:
    with pytest.raises(DataError, match=r"another model \(tiny\)"):
        open_own(small_flow(), "0" * 64, collection, "x")


def test_damaged_parquet_is_one_line(collection: Path, tmp_path: Path) -> None:
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    data = next(collection.glob("*.parquet")).read_bytes()
    for bad in (data[: len(data) // 2], data[:4] + data[200:], b"PAR1", data[:900] + b"x" * 99):
        (tmp_path / "bad.parquet").write_bytes(bad)
        with pytest.raises(DataError):
            open_own(small_flow(), mark, tmp_path / "bad.parquet", "x")


def test_what_a_visitor_sends_has_a_limit(
    collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = weights_hash(collection.parent / "checkpoints" / "tiny")
    monkeypatch.setattr(opened, "MAX_UNPACKED", 1000)
    open_own(small_flow(), mark, collection, "x")
    with pytest.raises(DataError, match="unpacks to more"):
        open_own(small_flow(), mark, collection, "x", strict=True)


def test_a_model_of_classes_takes_them_from_folders(zip_file: Path) -> None:
    flow = small_flow(label_kind="class", num_labels=2, label_names=("dogs", "birds"))
    found = open_own(flow, "", zip_file, "x")
    assert set(found.atlas.labels.tolist()) == {0}
    assert "7 pictures are in no folder" in found.notes[-1]
    rows = [file.startswith("dogs") for file in found.atlas.files]
    alone = flow.encode(found.atlas.images[rows], torch.zeros(7, dtype=torch.int64))
    torch.testing.assert_close(found.atlas.z[rows], alone, rtol=1e-4, atol=1e-4)


def test_too_few_are_one_line(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "few.zip", "w") as archive:
        archive.writestr("1.png", png(random_pictures(1)[0]))
    with pytest.raises(DataError, match="1 pictures; a map takes 10 at least"):
        open_own(small_flow(), "", tmp_path / "few.zip", "x")


def test_colour_becomes_grey_as_in_pillow() -> None:
    images = random_pictures(5).numpy()
    grey = as_channels(images, 1)
    for image, made in zip(images, grey, strict=True):
        known = np.array(Image.fromarray(image.transpose(1, 2, 0)).convert("L"))
        assert np.array_equal(made[0], known)
    assert np.array_equal(as_channels(grey, 3)[:, 2], grey[:, 0])


def test_folders_have_the_names_of_their_paths() -> None:
    assert [folder_of(file) for file in ("1.png", "a/1.png", "a/b/1.png")] == ["", "a", "a/b"]
    assert named_pictures.chosen_rows(5, 5) == [0, 1, 2, 3, 4]


def test_the_sets_of_a_server_are_offered_by_names_and_no_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REALNVP_SETS", raising=False)
    assert server_sets() == {}
    for name in ("cats", ".hidden", "__MACOSX"):
        (tmp_path / name).mkdir()
    for name in ("a.zip", "b.npz", "c.parquet", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setenv("REALNVP_SETS", str(tmp_path))
    assert list(server_sets()) == ["a.zip", "b.npz", "c.parquet", "cats"]
    assert "../etc" not in server_sets()
