"""Paths meet their latents bit for bit, and keep what they promise between them."""

import math

import pytest
import torch
from torch import Tensor

from realnvp.explore.paths import BETWEEN, lerp, norm_corrected, path, positions, slerp
from realnvp.explore.paths import ping_pong as order_of_ping_pong

KINDS = pytest.mark.parametrize("kind", BETWEEN)


def latents(n: int, dim: int = 192, seed: int = 0) -> Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))


def angle(a: Tensor, b: Tensor) -> Tensor:
    """Of rows, by the sides of a triangle: exact for small angles too."""
    u, v = (x.double() / x.double().norm(dim=-1, keepdim=True) for x in (a, b))
    return 2 * torch.atan2((u - v).norm(dim=-1), (u + v).norm(dim=-1))


@KINDS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("count", "frames"), [(2, 2), (2, 9), (3, 8), (4, 4), (4, 24), (7, 20)])
def test_every_latent_is_a_frame_bit_for_bit(
    kind: str, dtype: torch.dtype, count: int, frames: int
) -> None:
    z = latents(count).to(dtype)
    found = path(z, frames, kind)
    assert found.shape == (frames, 192)
    assert found.dtype == dtype
    places = [positions(count, frames).tolist().index(k) for k in range(count)]
    assert torch.equal(found[places], z)
    assert (places[0], places[-1]) == (0, frames - 1)


@KINDS
def test_a_path_backwards_is_the_reversed_path(kind: str) -> None:
    z = latents(2)
    torch.testing.assert_close(path(z, 9, kind).flip(0), path(z.flip(0), 9, kind))


@KINDS
def test_a_path_between_equal_latents_stays_there(kind: str) -> None:
    z = latents(1).expand(2, -1)
    torch.testing.assert_close(path(z, 5, kind), z[:1].expand(5, -1))


@KINDS
def test_a_path_from_or_to_zero_is_straight(kind: str) -> None:
    z = torch.cat([torch.zeros(1, 192), latents(1)])
    torch.testing.assert_close(path(z, 5, kind), torch.linspace(0, 1, 5)[:, None] * z[1])
    torch.testing.assert_close(path(z.flip(0), 5, kind), torch.linspace(1, 0, 5)[:, None] * z[1])
    assert torch.equal(path(0 * z, 5, kind), torch.zeros(5, 192))


def test_lerp_is_the_weighted_mean() -> None:
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([3.0, -2.0])
    expected = torch.tensor([[1.0, 2.0], [1.5, 1.0], [2.0, 0.0], [3.0, -2.0]])
    torch.testing.assert_close(lerp(a, b, torch.tensor([0.0, 0.25, 0.5, 1.0])), expected)


def test_slerp_is_the_circle_by_hand() -> None:
    a, b = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    t = torch.tensor([0.0, 1 / 3, 0.5, 1.0])
    expected = [[2 * math.cos(x), 2 * math.sin(x)] for x in (0, math.pi / 6, math.pi / 4)]
    expected.append([0.0, 2.0])
    torch.testing.assert_close(slerp(a, b, t), torch.tensor(expected))


@pytest.mark.parametrize("kind", ["spherical", "norm-corrected"])
def test_norms_go_evenly_from_end_to_end(kind: str) -> None:
    z = latents(2).double() * torch.tensor([[0.5], [1.25]])
    norms = path(z, 11, kind).norm(dim=1)
    steps = torch.linspace(0, 1, 11, dtype=torch.float64)
    torch.testing.assert_close(norms, torch.lerp(z[0].norm(), z[1].norm(), steps))


def test_a_straight_line_dips_below_both_norms() -> None:
    z = latents(2)
    norms = path(z, 11, "linear").norm(dim=1)
    assert norms[5] < 0.8 * z.norm(dim=1).min()


def test_slerp_turns_evenly_and_stays_in_the_plane_of_its_ends() -> None:
    z = latents(2).double()
    frames = path(z, 9, "spherical")
    turns = angle(frames[1:], frames[:-1])
    torch.testing.assert_close(turns, angle(z[0], z[1]).expand(8) / 8)
    basis = torch.linalg.qr(z.T).Q
    torch.testing.assert_close(frames @ basis @ basis.T, frames)


def test_norm_correction_keeps_the_direction_of_the_line() -> None:
    z = latents(2).double()
    corrected, line = path(z, 7, "norm-corrected"), path(z, 7, "linear")
    assert (angle(corrected, line) < 1e-12).all()


def test_slerp_between_opposite_latents_goes_around() -> None:
    a = latents(1).double()[0]
    frames = slerp(a, -2 * a, torch.linspace(0, 1, 9, dtype=torch.float64))
    torch.testing.assert_close(
        frames.norm(dim=1), a.norm() * torch.linspace(1, 2, 9, dtype=torch.float64)
    )
    torch.testing.assert_close(angle(frames[1:], frames[:-1]), torch.full_like(a[:8], math.pi / 8))
    again = slerp(a, -2 * a, torch.linspace(0, 1, 9, dtype=torch.float64))
    assert torch.equal(frames, again)


@pytest.mark.parametrize("tilt", [1e-3, 1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("sign", [1, -1])
def test_slerp_is_steady_next_to_parallel_latents(tilt: float, sign: int) -> None:
    a, other = latents(2).double()
    b = sign * (a + tilt * other)
    frames = slerp(a, b, torch.linspace(0, 1, 5, dtype=torch.float64))
    assert torch.isfinite(frames).all()
    turns = angle(frames[1:], frames[:-1])
    torch.testing.assert_close(turns, angle(a, b).expand(4) / 4, rtol=0, atol=1e-5)


def test_norm_correction_stays_at_the_origin_where_the_line_has_no_direction() -> None:
    a = latents(1)[0]
    middle = norm_corrected(a, -a, torch.tensor([0.5]))
    assert torch.equal(middle, torch.zeros(1, 192))


def test_frames_are_spread_evenly_and_meet_every_latent() -> None:
    assert positions(2, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert positions(3, 5).tolist() == [0, 0.5, 1, 1.5, 2]
    torch.testing.assert_close(
        positions(3, 6), torch.tensor([0, 1 / 3, 2 / 3, 1, 1.5, 2], dtype=torch.float64)
    )


@pytest.mark.parametrize(("frames", "order"), [(1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3, 2, 1])])
def test_an_animation_turns_round_without_showing_an_end_twice(
    frames: int, order: list[int]
) -> None:
    assert order_of_ping_pong(frames) == order


@pytest.mark.parametrize(
    ("count", "frames", "kind", "message"),
    [
        (1, 5, "linear", "at least 2 latents"),
        (3, 2, "linear", "2 frames are too few"),
        (2, 5, "curly", "spherical, linear, norm-corrected, not 'curly'"),
    ],
)
def test_a_path_that_cannot_be_says_why(count: int, frames: int, kind: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        path(latents(count), frames, kind)
