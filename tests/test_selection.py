"""A selection on the map: which points a polygon holds, their mean and their direction."""

from pathlib import Path

import pytest
import torch

from realnvp.checkpoint import CheckpointError
from realnvp.direction_file import SELECTION_FILE, read_selection, selection_bytes
from realnvp.explore import selection
from realnvp.explore.directions import SELECTION, TAUGHT
from realnvp.explore.learnt_directions import taught
from realnvp.explore.selection import (
    MAX_CORNERS,
    RegionError,
    against_rest,
    from_text,
    inside,
    mean_latent,
    most_typical,
    to_text,
)

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
# The square without what lies between its middle and its right side.
BITTEN = [(0.0, 0.0), (4.0, 0.0), (2.0, 2.0), (4.0, 4.0), (0.0, 4.0)]


def latents(count: int = 60, dim: int = 30) -> torch.Tensor:
    return torch.randn(count, dim, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("region", "rows"), [(SQUARE, [0, 1]), (BITTEN, [0]), ([], [])])
def test_points_are_inside_a_polygon_or_not(region: list, rows: list[int]) -> None:
    points = torch.tensor([[1.0, 2.0], [3.5, 2.0], [5.0, 2.0], [2.0, -1.0], [-1.0, 2.0]])
    assert inside(points, region).tolist() == rows
    assert inside(points, region[::-1]).tolist() == rows


def test_a_region_goes_through_text() -> None:
    assert from_text(to_text(BITTEN)) == BITTEN
    assert from_text("") == []


@pytest.mark.parametrize(
    "text", ["1 2, 3 4", "1 2 3, 4 5, 6 7", "a b, 1 2, 3 4", "nan 1, 2 3, 4 5", "1e9 1, 2 3, 4 5"]
)
def test_what_is_no_region_is_one_line(text: str) -> None:
    with pytest.raises(RegionError):
        from_text(text)


def test_a_region_has_no_more_corners_than_a_recipe_holds() -> None:
    with pytest.raises(RegionError, match="65"):
        from_text(", ".join(f"{index} {index**2}" for index in range(MAX_CORNERS + 1)))


def test_the_typical_ones_are_nearest_to_the_mean() -> None:
    z, rows = latents(), torch.arange(10, 30)
    mean = mean_latent(z, rows)
    torch.testing.assert_close(mean[0], z[10:30].mean(dim=0))
    found = most_typical(z, rows, 5)
    distances = (z[rows] - mean).norm(dim=1)
    assert found.tolist() == (10 + distances.argsort()[:5]).tolist()
    assert len(most_typical(z, rows, 99)) == 20


def test_the_direction_is_the_one_that_is_taught_from_both_sides() -> None:
    z, rows = latents(), torch.arange(10, 30)
    z[rows, 3] += 2
    found = against_rest(z, rows)
    others = torch.tensor([row for row in range(60) if not 10 <= row < 30])
    known = taught("x", z[rows], z[others])
    assert (found.names, found.kinds) == ((SELECTION,), (TAUGHT,))
    for part in ("vectors", "thresholds", "spreads", "figures"):
        torch.testing.assert_close(getattr(found, part), getattr(known, part))
    assert int(found.vectors[0].abs().argmax()) == 3


def test_of_many_some_are_tested_and_the_direction_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    z, rows = latents(), torch.arange(10, 30)
    whole = against_rest(z, rows)
    monkeypatch.setattr(selection, "TESTED", 6)
    monkeypatch.setattr(selection, "CHUNK", 7)
    few = against_rest(z, rows)
    torch.testing.assert_close(few.vectors, whole.vectors)
    torch.testing.assert_close(few.thresholds, whole.thresholds)
    assert 0 <= float(few.figures[0]) <= 1


@pytest.mark.parametrize("count", [1, 59, 60])
def test_a_direction_takes_some_of_both_sides(count: int) -> None:
    with pytest.raises(ValueError, match="2 pictures inside and 2 outside"):
        against_rest(latents(), torch.arange(count))


def test_the_direction_goes_through_its_file_to_the_last_bit(tmp_path: Path) -> None:
    found = against_rest(latents(), torch.arange(10, 30))
    path = tmp_path / SELECTION_FILE
    path.write_bytes(selection_bytes(found))
    again = read_selection(path, 30)
    assert again.names == (SELECTION,)
    torch.testing.assert_close(again.vectors, found.vectors, rtol=0, atol=1e-7)
    with pytest.raises(CheckpointError, match=r"selection\.safetensors has vectors of shape"):
        read_selection(path, 31)
    path.write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match="is damaged"):
        read_selection(path, 30)
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_selection(tmp_path / "nowhere.safetensors", 30)
