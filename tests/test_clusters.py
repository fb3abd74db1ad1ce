"""Groups on the map that nobody named, and what maps of many pictures start from."""

import pytest
import torch

from realnvp.explore import scores, tsne
from realnvp.explore.atlas import principal_of_many
from realnvp.explore.clusters import NONE, agreement_with, hdbscan, k_means
from realnvp.explore.learnt_directions import principal
from realnvp.explore.maps import points_of


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def groups() -> tuple[torch.Tensor, torch.Tensor]:
    """Three groups of 30, 20 and 10 latents, in an order by chance, and which is which."""
    which = torch.tensor([0] * 30 + [1] * 20 + [2] * 10)
    which = which[torch.randperm(60, generator=torch.Generator().manual_seed(3))]
    return 12 * noise(3, 40)[which] / 40**0.5 + 0.3 * noise(60, 40, seed=1), which


def test_k_means_finds_groups_and_the_largest_is_the_first() -> None:
    z, which = groups()
    assert torch.equal(k_means(z, 3), which)
    assert int(k_means(z, 5).max()) == 4


def test_hdbscan_finds_dense_regions_and_leaves_the_rest_alone() -> None:
    _, which = groups()
    points = 20 * noise(3, 2, seed=5)[which] + 0.1 * noise(60, 2, seed=6)
    far = torch.tensor([[500.0, 500.0], [-700.0, 300.0]])
    found = hdbscan(torch.cat([points, far]).double(), 5)
    assert torch.equal(found[:60], which)
    assert found[60:].tolist() == [NONE, NONE]


def test_agreement_is_one_for_the_same_and_about_zero_for_chance() -> None:
    _, which = groups()
    words = tuple("abc"[row] for row in which.tolist())
    assert agreement_with(words, which) == 1
    shuffled = which[torch.randperm(60, generator=torch.Generator().manual_seed(0))]
    assert abs(agreement_with(words, shuffled)) < 0.2


def test_large_sets_have_the_same_main_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    z = noise(120, 80) * torch.linspace(3, 0.5, 80)
    exact = principal(z, 2)
    monkeypatch.setattr("realnvp.explore.atlas.COMPARED", 10)
    for one, other in zip(principal_of_many(z, 2), exact, strict=True):
        torch.testing.assert_close(one, other, atol=1e-2, rtol=1e-2)


def test_scores_of_large_sets_span_what_the_exact_ones_do(monkeypatch: pytest.MonkeyPatch) -> None:
    z = noise(150, 70) @ noise(70, 70, seed=2)
    z[:, :5] *= 5
    exact = scores.scores_of(z)
    monkeypatch.setattr(scores, "EXACT", 10)
    made = scores.scores_of(z)
    assert made.shape == exact.shape == (150, scores.COMPONENTS)
    torch.testing.assert_close(made[:, :3].abs(), exact[:, :3].abs(), atol=0.5, rtol=0.05)


def test_t_sne_places_whom_it_does_not_move_among_their_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    z, which = groups()
    monkeypatch.setattr(tsne, "MOVED", 40)
    points = points_of(z, "t-SNE")
    assert points.shape == (60, 2)
    assert torch.isfinite(points).all()
    middles = torch.stack([points[which == group].mean(dim=0) for group in range(3)])
    assert torch.equal(torch.cdist(points, middles).argmin(dim=1), which)
