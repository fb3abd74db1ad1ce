"""A map's axes are the singular vectors; neighbours are those that a plain loop finds."""

import contextlib
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import random_pictures, small_flow
from fuzz import damaged, rounds
from PIL import Image

from realnvp.__main__ import main
from realnvp.atlas_file import FACTS, MAX_PICTURES, SHEET, read_atlas, write_atlas
from realnvp.checkpoint import CheckpointError, save
from realnvp.config import ModelConfig
from realnvp.default_labels import labels_in_turn
from realnvp.explore.atlas import (
    NEIGHBOURS,
    agreement,
    nearest,
    neighbour_sheet,
    neighbours,
    noise_share,
    project_pca,
)
from realnvp.explore.encode_set import PICTURES, Atlas, AtlasSet, encode_set
from realnvp.explore.tsne import place_among, tsne
from realnvp.labels import words_of

CLASSES = {"label_kind": "class", "num_labels": 3, "label_names": ("Coat", "T-shirt/top", "Bag")}
ATTRIBUTES = {"label_kind": "attributes", "num_labels": 2, "label_names": ("Smiling", "Hat")}
KINDS = {
    "colour": {},
    "grey": {"channels": 1},
    "classes": {"channels": 1, **CLASSES},
    "attributes": ATTRIBUTES,
}


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def some_atlas(n: int = 40) -> Atlas:
    words = tuple("ab"[index % 2] for index in range(n))
    return Atlas(random_pictures(n), None, words, "made", noise(n, 192), noise(n))


# The map


@pytest.mark.parametrize("count", [9, 60])
def test_the_axes_are_the_first_singular_vectors(count: int) -> None:
    z = noise(count, 12) * torch.arange(1, 13) + noise(12, seed=1)
    found = project_pca(z)
    _, values, rows = torch.linalg.svd(z - z.mean(dim=0), full_matrices=False)
    torch.testing.assert_close((found.axes * rows[:2]).sum(dim=1).abs(), torch.ones(2).double())
    torch.testing.assert_close(found.shares, values[:2].square() / values.square().sum())
    torch.testing.assert_close(found.points.square().sum(dim=0), values[:2].square())


def test_latents_are_placed_where_they_were() -> None:
    z = noise(20, 12)
    found = project_pca(z)
    torch.testing.assert_close(found.place(z), found.points)
    torch.testing.assert_close(found.place(z.mean(dim=0)[None]), torch.zeros(1, 2).double())


@pytest.mark.parametrize(("count", "dim"), [(500, 784), (400, 300), (60, 600)])
def test_axes_of_noise_show_about_what_theory_says(count: int, dim: int) -> None:
    shown = float(project_pca(noise(count, dim)).shares.sum())
    assert shown == pytest.approx(noise_share(count, dim), rel=0.1)


def test_t_sne_keeps_two_heaps_apart() -> None:
    z = noise(40, 12)
    z[20:] += 20
    points = tsne(z)
    assert points.shape == (40, 2)
    for row in range(40):
        near = nearest(points, points[row], 5, without=row)
        assert ((near < 20) == (row < 20)).all()


def test_a_new_latent_lies_among_its_neighbours_by_their_distance() -> None:
    z, points, new = noise(30, 12), noise(30, 2, seed=1), noise(1, 12, seed=2)
    distances = [float((row - new[0]).norm()) for row in z]
    rows = sorted(range(30), key=distances.__getitem__)[:NEIGHBOURS]
    total = sum(1 / distances[row] for row in rows)
    expected = sum(points[row] / distances[row] for row in rows) / total
    torch.testing.assert_close(place_among(points, z, new), torch.as_tensor(expected))
    torch.testing.assert_close(place_among(points, z, z[4:5]), points[4])


# Neighbours


def test_the_nearest_are_those_of_a_plain_loop() -> None:
    places, to = noise(30, 12), noise(12, seed=1)
    away = [(float((row - to).square().sum()), index) for index, row in enumerate(places)]
    expected = [index for _, index in sorted(away)]
    assert nearest(places, to, 30).tolist() == expected
    without = expected.pop(0)
    assert nearest(places, to, 5, without=without).tolist() == expected[:5]


def test_neighbours_are_found_in_latents_and_in_pixels() -> None:
    atlas = some_atlas()
    found = neighbours(atlas, atlas.z[3:4], atlas.images[3:4], without=3)
    pixels = atlas.images.double()
    away = [float((image - pixels[3]).square().sum()) for image in pixels]
    rows = sorted(range(40), key=away.__getitem__)
    assert found.pixels.tolist() == rows[1 : NEIGHBOURS + 1]
    assert 3 not in found.latents
    assert found.shared == {row for row in found.latents.tolist() if row in found.pixels}


def test_the_sheet_has_latents_above_pixels() -> None:
    atlas = some_atlas()
    found = neighbours(atlas, atlas.z[3:4], atlas.images[3:4], without=3)
    sheet = neighbour_sheet(atlas, found)
    assert sheet.shape == (18, 8 * 10 - 2, 4)
    first, last = atlas.images[found.latents[0]], atlas.images[found.pixels[-1]]
    assert np.array_equal(sheet[:8, :8, :3], first.permute(1, 2, 0).numpy())
    assert np.array_equal(sheet[10:, -8:, :3], last.permute(1, 2, 0).numpy())


def test_agreement_is_the_mean_over_all_pictures() -> None:
    atlas = some_atlas()
    found, shared, alike, listed = agreement(atlas), 0, 0, []
    for row in range(40):
        rows = slice(row, row + 1)
        near = neighbours(atlas, atlas.z[rows], atlas.images[rows], without=row)
        shared += len(near.shared)
        listed += near.latents.tolist()
        alike += sum(atlas.words[other] == atlas.words[row] for other in near.latents)
    assert found.shared == pytest.approx(shared / 40)
    assert found.alike_latents == pytest.approx(alike / 40 / NEIGHBOURS)
    assert found.by_chance == pytest.approx(64 / 39)
    assert found.hub_of == listed.count(found.hub) == max(map(listed.count, range(40)))
    same = agreement(replace(atlas, z=atlas.images.flatten(1).double()))
    assert same.shared == NEIGHBOURS


# What a model makes of it


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_an_encoded_set_has_the_latents_and_bits_of_the_pictures(changes: dict) -> None:
    flow = small_flow(**changes)
    images = random_pictures(60, flow.config.channels)
    labels = labels_in_turn(flow.config, 60)
    made = encode_set(flow, AtlasSet(images, labels, ("",) * 60, "made"))
    torch.testing.assert_close(made.z, flow.encode(images, labels))
    torch.testing.assert_close(made.bits_per_dim, flow.bits_per_dim(images, labels))
    assert torch.equal(flow.decode(made.z, labels), images)


@pytest.mark.parametrize("changes", [{}, CLASSES], ids=["alone", "classes"])
def test_without_pictures_it_is_of_the_models_own_samples(changes: dict) -> None:
    flow = small_flow(**changes)
    made = encode_set(flow, None)
    assert made.source == ""
    assert len(made.images) == len(made.words) == PICTURES
    z = flow.draw(PICTURES, 0.7, torch.Generator().manual_seed(0))
    assert torch.equal(made.z, z)
    assert torch.equal(made.images, flow.decode(z, made.labels))
    assert (len(set(made.words)) > 1) == (flow.config.label_kind is not None)


def test_samples_are_told_each_attribute_alone_in_turn() -> None:
    config = ModelConfig(image_size=(8, 8), **ATTRIBUTES)
    labels = labels_in_turn(config, 4)
    assert words_of(config.label_names, labels, 4) == ("none", "Smiling", "Hat", "none")
    assert words_of((), torch.tensor([1, 0]), 2) == ("1", "0")


# The files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    save(small_flow(**KINDS["classes"]), tmp_path / "tiny")
    return tmp_path / "tiny"


CONFIG = ModelConfig(image_size=(8, 8), channels=1, num_levels=3, **CLASSES)


def write_some(folder: Path, n: int = 30, **changes: object) -> torch.Tensor:
    """Of the model of classes; the facts changed."""
    images = random_pictures(n, channels=1)
    write_atlas(folder, images, torch.arange(n) % 3, CLASSES["label_names"], "made here", "CC0")
    facts = json.loads((folder / FACTS).read_text()) | changes
    (folder / FACTS).write_text(json.dumps(facts))
    return images


@pytest.mark.parametrize("n", [10, 25, 30])
def test_pictures_and_labels_come_back(folder: Path, n: int) -> None:
    images = write_some(folder, n)
    back = read_atlas("tiny", CONFIG)
    assert back is not None
    assert torch.equal(back.images, images)
    assert torch.equal(back.labels, torch.arange(n) % 3)
    assert back.words[:2] == ("Coat", "T-shirt/top")
    assert back.source == "made here; CC0"


def test_attributes_come_back_in_colour(folder: Path) -> None:
    config = ModelConfig(image_size=(8, 8), **ATTRIBUTES)
    images, labels = random_pictures(12), labels_in_turn(config, 12)
    write_atlas(folder, images, labels, config.label_names, "made", "CC0")
    back = read_atlas("tiny", config)
    assert torch.equal(back.images, images)
    assert torch.equal(back.labels, labels)


def test_an_unconditional_model_has_the_labels_as_words_alone(folder: Path) -> None:
    write_some(folder)
    back = read_atlas("tiny", ModelConfig(image_size=(8, 8), channels=1, num_levels=3))
    assert back.labels is None
    assert back.words[2] == "Bag"


def test_a_checkpoint_without_the_files_has_none(folder: Path) -> None:
    assert read_atlas("tiny", CONFIG) is None
    with pytest.raises(CheckpointError, match="no checkpoint"):
        read_atlas("../tiny", CONFIG)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "entries of format 1"),
        ({"more": 1}, "entries of format 1"),
        ({"count": 29}, "one label for each"),
        ({"count": 10**9}, "a count that cannot be"),
        ({"count": True}, "a count that cannot be"),
        ({"columns": 0}, "a columns that cannot be"),
        ({"columns": 24}, "no sheet of 30 pictures"),
        ({"size": [16, 16]}, "another size"),
        ({"labels": None}, "has no labels"),
        ({"labels": [3] * 30}, "a label that has no name"),
        ({"labels": [True] * 30}, "a label that has no name"),
        ({"labels": [[0]] * 30}, "other labels than the model"),
        ({"label_names": ["Coat", "Bag", "T-shirt/top"]}, "other labels than the model"),
        ({"label_names": ["a\nb", "c", "d"]}, "no lines of text"),
        ({"source": "x" * 301}, "a source that is no line"),
        ({"terms": "a\x1bb"}, "a terms that is no line"),
    ],
)
def test_facts_that_do_not_fit_are_one_line(folder: Path, changes: dict, words: str) -> None:
    write_some(folder, **changes)
    with pytest.raises(CheckpointError, match=words) as problem:
        read_atlas("tiny", CONFIG)
    assert "\n" not in str(problem.value)
    assert str(folder.parent) not in str(problem.value)


@pytest.mark.parametrize("file", [SHEET, FACTS])
def test_one_file_without_the_other_is_refused(folder: Path, file: str) -> None:
    write_some(folder)
    (folder / file).unlink()
    with pytest.raises(CheckpointError, match=f"{file} is missing"):
        read_atlas("tiny", CONFIG)


def test_a_sheet_in_colour_is_none_of_a_grey_model(folder: Path) -> None:
    write_some(folder)
    Image.new("RGB", (200, 16)).save(folder / SHEET)
    with pytest.raises(CheckpointError, match="no sheet of 30"):
        read_atlas("tiny", CONFIG)


@pytest.mark.parametrize("file", [SHEET, FACTS])
@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it repairs
def test_damaged_files_are_refused_or_read(folder: Path, file: str) -> None:
    write_some(folder)
    data, dice = (folder / file).read_bytes(), random.Random(0)
    for _ in rounds(60):
        (folder / file).write_bytes(damaged(dice, data, [data]))
        # Anything else that is raised fails.
        with contextlib.suppress(CheckpointError):
            assert read_atlas("tiny", CONFIG).images.shape[1:] == (1, 8, 8)


def test_too_many_or_too_large_pictures_are_not_written(folder: Path) -> None:
    with pytest.raises(ValueError, match=f"10 to {MAX_PICTURES} pictures, not 9"):
        write_some(folder, 9)
    with pytest.raises(ValueError, match=r"would fit"):
        write_atlas(folder, random_pictures(600, side=32), None, (), "made", "CC0")
    assert not (folder / SHEET).exists()


def test_the_command_writes_test_pictures(folder: Path, capsys: pytest.CaptureFixture) -> None:
    images = random_pictures(40, channels=1).numpy()[:, 0]
    labels = np.arange(40) % 3
    data = folder.parent / "data.npz"
    arrays = {"train": images, "train_labels": labels}
    arrays |= {"test": images[::-1], "test_labels": labels[::-1]}
    np.savez(data, label_names=np.array(CLASSES["label_names"]), **arrays)
    given = ["atlas", "tiny", str(data), "--number", "20"]
    assert main(given) == 2
    assert "--source and --terms" in capsys.readouterr().err
    assert main([*given, "--source", "made", "--terms", "CC0"]) == 0
    back = read_atlas("tiny", CONFIG)
    assert len(back.images) == 20
    known = {image.tobytes(): int(label) for image, label in zip(images, labels, strict=True)}
    pairs = zip(back.images.numpy(), back.labels.tolist(), strict=True)
    assert all(known[image.tobytes()] == label for image, label in pairs)


def test_celeba_is_not_passed_on(folder: Path, capsys: pytest.CaptureFixture) -> None:
    given = ["--source", "CelebA", "--terms", "non-commercial research"]
    assert main(["atlas", "tiny", "faces.npz", *given]) == 2
    assert "may not be passed on" in capsys.readouterr().err
    assert not (folder / SHEET).exists()
