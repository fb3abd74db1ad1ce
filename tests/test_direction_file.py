"""Directions come back from their file as they went in; anything else is one line."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import small_flow
from fuzz import damaged, rounds
from safetensors.torch import save as to_bytes

from realnvp.__main__ import main
from realnvp.checkpoint import CheckpointError, save
from realnvp.direction_file import DESCRIPTION, FILE, read_directions, write_directions
from realnvp.explore.directions import LABEL, PRINCIPAL, Directions
from realnvp.explore.directions_of_sets import directions_of, spoken


@pytest.fixture
def folder(own_models: Path) -> Path:
    return own_models / "tiny"


def two(dim: int = 192) -> Directions:
    vectors = torch.randn(2, dim, generator=torch.Generator().manual_seed(0))
    vectors = torch.nn.functional.normalize(vectors, dim=1)
    numbers = torch.tensor([0.5, -0.25]), torch.tensor([2.0, 3.0]), torch.tensor([0.75, 0.5])
    return Directions(("5 o'clock shadow", "PCA 1"), (LABEL, PRINCIPAL), vectors, *numbers)


def test_directions_come_back(folder: Path) -> None:
    write_directions(folder, two())
    back = read_directions("tiny", 192)
    assert (back.names, back.kinds) == (two().names, two().kinds)
    torch.testing.assert_close(back.vectors, two().vectors, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(back.vectors.norm(dim=1), torch.ones(2))
    for part in ("thresholds", "spreads", "figures"):
        assert torch.equal(getattr(back, part), getattr(two(), part))


def test_a_checkpoint_without_the_file_has_none(folder: Path) -> None:
    assert len(read_directions("tiny", 192)) == 0
    with pytest.raises(CheckpointError, match="no checkpoint"):
        read_directions("../tiny", 192)


def written(vectors: torch.Tensor, **changes: object) -> bytes:
    """A file of one direction with entries changed."""
    row = {"name": "a", "kind": "label", "threshold": 0.0, "spread": 1.0, "figure": 0.5}
    described = {"format": 1, "directions": [row | changes]}
    return to_bytes({"vectors": vectors}, {DESCRIPTION: json.dumps(described)})


UNIT = torch.eye(1, 192)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "damaged"),
        (b"\x80\x04pickled", "damaged"),
        (written(torch.eye(1, 100)), r"shape \(1, 100\), not \(1, 192\)"),
        (written(torch.eye(2, 192)), r"shape \(2, 192\)"),
        (written(UNIT.double()), "precision"),
        (written(UNIT * torch.nan), "length 1"),
        (written(UNIT * 3), "length 1"),
        (written(UNIT, name="a\nb"), "line of text"),
        (written(UNIT, name="Mine"), "Mine"),
        (written(UNIT, name=7), "line of text"),
        (written(UNIT, kind="taught"), "kind"),
        (written(UNIT, spread=0.0), "spread"),
        (written(UNIT, figure=1.5), "figure"),
        (written(UNIT, threshold=float("nan")), "threshold"),
        (written(UNIT, threshold=True), "threshold"),
    ],
)
def test_what_is_no_file_of_directions_is_one_line(folder: Path, data: bytes, message: str) -> None:
    (folder / FILE).write_bytes(data)
    with pytest.raises(CheckpointError, match=message) as error:
        read_directions("tiny", 192)
    assert str(error.value).startswith(f"tiny: {FILE} ")
    assert "\n" not in str(error.value)
    assert str(folder) not in str(error.value)


def test_no_damage_raises_anything_else(folder: Path) -> None:
    write_directions(folder, two())
    whole, dice = (folder / FILE).read_bytes(), random.Random(0)
    for _ in rounds(150):
        (folder / FILE).write_bytes(damaged(dice, whole, [whole], header=600))
        try:
            read_directions("tiny", 192)
        except CheckpointError as error:
            assert "\n" not in str(error)  # noqa: PT017  some damage does no harm


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("5_o_Clock_Shadow", "5 o'clock shadow"),
        ("Blond_Hair", "Blond hair"),
        ("Smiling", "Smiling"),
        ("T-shirt/top", "T-shirt/top"),
    ],
)
def test_labels_are_written_as_people_do(name: str, words: str) -> None:
    assert spoken(name) == words


@pytest.mark.parametrize("kind", [None, "class", "attributes"])
def test_the_command_learns_from_labelled_pictures(
    folder: Path, tmp_path: Path, kind: str | None, capsys: pytest.CaptureFixture
) -> None:
    rng = np.random.default_rng(0)
    parts = {}
    for part, count in (("train", 60), ("test", 40)):
        bright = np.arange(count) % 2
        pixels = rng.integers(0, 100, (count, 8, 8, 3)) + 120 * bright[:, None, None, None]
        parts[part] = pixels.astype(np.uint8)
        if kind == "attributes":
            other = rng.integers(0, 2, count)
            parts[f"{part}_attributes"] = np.stack([other, bright], 1).astype(np.uint8)
        else:
            parts[f"{part}_labels"] = bright
    key = "attributes" if kind == "attributes" else "label_names"
    np.savez(tmp_path / "data.npz", **parts, **{key: np.array(["Other_Thing", "Bright"])})
    names = ("Other_Thing", "Bright")  # a set tells classes by the names that the model has
    conditional = {"label_kind": kind, "num_labels": 2, "label_names": names} if kind else {}
    if kind == "attributes":
        conditional |= {"num_labels": 1, "label_names": ("Other_Thing",)}
    save(small_flow(**conditional), folder)
    words = ["directions", "tiny", str(tmp_path / "data.npz"), "--limit", "50", "--components", "3"]
    assert main([*words, "--least", "0.9"]) == 0
    found = read_directions("tiny", 192)
    assert "Bright" in found.names
    assert found.names[-3:] == ("PCA 1", "PCA 2", "PCA 3")
    assert float(found.pick(["Bright"]).figures) > 0.9
    assert "balanced accuracy" in capsys.readouterr().out


def test_without_labels_only_variance_is_left() -> None:
    z = torch.randn(20, 12, generator=torch.Generator().manual_seed(0))
    nothing = torch.zeros(20, 0, dtype=torch.bool)
    assert directions_of((), (z, nothing), (z, nothing), components=2).names == ("PCA 1", "PCA 2")
