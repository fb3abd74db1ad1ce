"""The paper's manifold has its four corners; a plane is flat, square and around its latent."""

import math

import pytest
import torch
from torch import Tensor

from realnvp.explore.surfaces import full_turn, manifold, plane

QUARTER = math.pi / 2


@pytest.fixture
def corners(generator: torch.Generator) -> Tensor:
    return torch.randn(4, 192, generator=generator)


def test_corners_of_the_manifold_are_the_latents_bit_for_bit(corners: Tensor) -> None:
    assert torch.equal(manifold(corners, [0.0, QUARTER], [0.0, QUARTER]), corners)
    double = corners.double()
    assert torch.equal(manifold(double, [0.0, QUARTER], [0.0, QUARTER]), double)


def test_the_middle_of_the_manifold_is_half_of_the_sum(corners: Tensor) -> None:
    middle = manifold(corners, [math.pi / 4], [math.pi / 4])
    torch.testing.assert_close(middle, corners.sum(0, keepdim=True) / 2)


def test_opposite_angles_give_opposite_latents(corners: Tensor) -> None:
    z = manifold(corners, full_turn(8), [0.3])
    torch.testing.assert_close(z[4:], -z[:4])
    assert torch.equal(manifold(corners, [math.pi], [0.0])[0], -corners[0])


def test_the_manifold_follows_eq_19_row_by_row(corners: Tensor) -> None:
    z1, z2, z3, z4 = corners.double()
    rows, columns = [0.2, 1.1], [0.5, 2.0, 4.0]
    grid = manifold(corners.double(), rows, columns).view(2, 3, -1)
    for i, p in enumerate(rows):
        for j, q in enumerate(columns):
            first = math.cos(q) * z1 + math.sin(q) * z2
            second = math.cos(q) * z3 + math.sin(q) * z4
            torch.testing.assert_close(grid[i, j], math.cos(p) * first + math.sin(p) * second)


def test_the_manifold_keeps_the_norm_of_corners_at_right_angles(corners: Tensor) -> None:
    square = 3 * torch.linalg.qr(corners.double().T).Q.T
    norms = manifold(square, full_turn(5), full_turn(7)).norm(dim=1)
    torch.testing.assert_close(norms, torch.full_like(norms, 3))


def test_the_manifold_wants_four_corners(corners: Tensor) -> None:
    with pytest.raises(ValueError, match="four corners, not 3"):
        manifold(corners[:3], [0.0], [0.0])


def test_eight_angles_are_the_paper_s() -> None:
    assert full_turn(8) == pytest.approx([k * math.pi / 4 for k in range(8)])


@pytest.mark.parametrize("keep_norm", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_step_in_the_plane_is_the_latent(
    corners: Tensor, keep_norm: bool, dtype: torch.dtype
) -> None:
    z = corners[:1].to(dtype)
    grid = plane(z, [-0.5, 0.0, 0.5], [-0.5, 0.0, 0.5], 7, keep_norm=keep_norm)
    torch.testing.assert_close(grid[4], z[0], rtol=1e-15, atol=0)
    assert torch.equal(grid[4].float(), z[0].float())


def test_directions_of_the_plane_are_square_to_each_other_and_to_the_latent(
    corners: Tensor,
) -> None:
    z = corners[0].double()
    right, down = plane(z, [1.0], [0.0], 7)[0] - z, plane(z, [0.0], [1.0], 7)[0] - z
    frame = torch.stack([z / z.norm() * math.sqrt(192), right, down])
    torch.testing.assert_close(frame @ frame.T, 192 * torch.eye(3, dtype=torch.float64))


def test_columns_step_across_and_rows_down(corners: Tensor) -> None:
    z = corners[0].double()
    right, down = plane(z, [1.0], [0.0], 7)[0] - z, plane(z, [0.0], [1.0], 7)[0] - z
    grid = plane(z, [0.1, 0.2, 0.3], [-0.4, 0.5], 7).view(2, 3, -1)
    torch.testing.assert_close(grid[1, 2], z + 0.3 * right + 0.5 * down)
    torch.testing.assert_close(grid[0, 1], z + 0.2 * right - 0.4 * down)


def test_a_plane_can_keep_the_norm(corners: Tensor) -> None:
    z = corners[0].double()
    norms = plane(z, [-2.0, 0.0, 1.0], [0.0, 3.0], 7, keep_norm=True).norm(dim=1)
    torch.testing.assert_close(norms, z.norm().expand(6))


def test_a_seed_means_the_same_plane(corners: Tensor) -> None:
    z = corners[0]
    assert torch.equal(plane(z, [1.0], [1.0], 7), plane(z, [1.0], [1.0], 7))
    assert not torch.allclose(plane(z, [1.0], [1.0], 7), plane(z, [1.0], [1.0], 8))


def test_a_plane_through_zero_is_finite() -> None:
    z = torch.zeros(192, dtype=torch.float64)
    points = plane(z, [0.0, 1.0], [1.0], 7)
    torch.testing.assert_close(
        points.norm(dim=1), math.sqrt(192) * points.new_tensor([1, 2]) ** 0.5
    )
    assert torch.equal(plane(z, [1.0], [1.0], 7, keep_norm=True)[0], z)
