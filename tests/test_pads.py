"""A place on a pad is the latent that it says, with the labels that belong there."""

import math

import pytest
import torch
from flows import small_flow

from realnvp.explore.levels import temper
from realnvp.explore.pads import (
    TURNS,
    around,
    grid_angles,
    labels_over,
    level_temperature,
    over_levels,
    over_manifold,
    over_plane,
    stops_of_grid,
)
from realnvp.explore.surfaces import manifold, plane


def drawn(n: int, dim: int = 192) -> torch.Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(0))


def test_the_corners_of_a_quarter_are_the_four_latents_bit_for_bit() -> None:
    corners, labels = drawn(4), torch.tensor([3, 1, 4, 5])
    z, of_z = over_manifold(corners, labels, [-1, 1], [1, -1])
    assert torch.equal(z, corners)
    assert torch.equal(of_z, labels)


@pytest.mark.parametrize("turn", TURNS)
def test_phi_goes_down_and_phi_prime_to_the_right(turn: str) -> None:
    corners = drawn(4)
    z, _ = over_manifold(corners, None, [0.5], [-0.2], turn)
    angle = TURNS[turn]
    torch.testing.assert_close(z, manifold(corners, [0.6 * angle], [0.75 * angle]))


def test_the_middle_of_a_full_turn_is_the_first_latent_again() -> None:
    corners = drawn(4)
    z, _ = over_manifold(corners, None, [0.0], [0.0], "full")
    torch.testing.assert_close(z, corners[:1])


@pytest.mark.parametrize("turn", TURNS)
def test_the_marked_cells_of_a_grid_are_the_four_latents(turn: str) -> None:
    corners, angles = drawn(4), grid_angles(turn)
    assert torch.equal(manifold(corners, angles, angles)[stops_of_grid(turn)], corners)


def test_the_walk_around_a_grid_meets_its_border_once() -> None:
    assert around(3) == [0, 1, 2, 5, 8, 7, 6, 3]
    assert around(2) == [0, 1, 3, 2]


def test_a_plane_goes_to_the_right_with_x_and_up_with_y() -> None:
    z = drawn(1)
    points, labels = over_plane(z, torch.tensor([7]), [-0.5, 0.5], [1.0, 0.0], 3, keep_norm=False)
    assert torch.equal(points, plane(z, [-0.5, 0.5], [1.0, 0.0], 3))
    assert labels.tolist() == [7] * 4
    torch.testing.assert_close(points[2] + points[3], 2 * z[0])
    up = points[0] + points[1] - 2 * z[0]
    assert up.norm() / 2 == pytest.approx(math.sqrt(192), rel=1e-5)


def test_a_plane_can_keep_to_the_sphere() -> None:
    z = drawn(1)
    points, _ = over_plane(z, None, [-1, 0, 1], [-1, 1], 3)
    torch.testing.assert_close(points.norm(dim=1), z.norm().expand(6))


def test_two_levels_are_warmed_and_the_others_stay() -> None:
    flow, z = small_flow(), drawn(1)
    points, _ = over_levels(flow, z, None, [-1, 1], [1 / 3], (0, 2))
    assert torch.equal(points[:1], temper(flow, z, [0.0, 1.0, 1.0]))
    assert torch.equal(points[1:], temper(flow, z, [1.5, 1.0, 1.0]))
    assert [level_temperature(place) for place in (-1, 0, 1)] == [0, 0.75, 1.5]


def test_attributes_over_the_manifold_are_mixed_by_the_squares_of_the_weights() -> None:
    labels = torch.eye(4)
    phi, phi_prime = 0.3, 1.1
    expected = [
        (math.cos(phi) * math.cos(phi_prime)) ** 2,
        (math.cos(phi) * math.sin(phi_prime)) ** 2,
        (math.sin(phi) * math.cos(phi_prime)) ** 2,
        (math.sin(phi) * math.sin(phi_prime)) ** 2,
    ]
    torch.testing.assert_close(labels_over(labels, [phi], [phi_prime]), torch.tensor([expected]))
    assert sum(expected) == pytest.approx(1)


def test_a_class_over_the_manifold_is_that_of_the_largest_weight() -> None:
    labels = torch.tensor([6, 7, 8, 9])
    quarter = [0.1, math.pi / 2 - 0.1]
    assert labels_over(labels, quarter, quarter).tolist() == [6, 7, 8, 9]
    assert labels_over(labels, [math.pi], [math.pi + 0.1]).tolist() == [6]
    assert labels_over(None, quarter, quarter) is None
