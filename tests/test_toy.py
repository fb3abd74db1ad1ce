"""The toy: its flow is a flow, its data sets are what they say, its training can be sliced."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from flows import randomized

from realnvp import NonFiniteError
from realnvp.toy import DATASETS, ToyError, ToyFlow, ToySettings, ToyTraining, point_set
from realnvp.toy.data import HELD_OUT, PEN, TRAIN, shape_of
from realnvp.toy.drawing import MAX_DOTS, DrawingError, from_text, to_text
from realnvp.toy.shapes import Dots
from realnvp.toy.training import GAUSSIAN_LOSS
from realnvp.toy.views import (
    VIEW,
    density_pixels,
    grid_lines,
    journey,
    log_density,
    places,
    to_shorts,
)

DRAWN = [(0.1 * step, 1.0) for step in range(-20, 20)]
SETTINGS = ToySettings(couplings=4, width=8)


def settings_of(name: str) -> ToySettings:
    return replace(SETTINGS, data=name, text="ab", drawn=DRAWN)


@pytest.fixture
def flow() -> ToyFlow:
    """With random weights: untrained it is the identity, and would pass anything."""
    made = ToyFlow(5, 8, torch.Generator().manual_seed(0)).double()
    return randomized(made, scale=0.3).requires_grad_(False)


@pytest.fixture
def x(generator: torch.Generator) -> torch.Tensor:
    return torch.randn(6, 2, generator=generator, dtype=torch.float64)


def test_log_det_is_that_of_the_autograd_jacobian(flow: ToyFlow, x: torch.Tensor) -> None:
    _, log_det = flow(x)
    for point, found in zip(x, log_det, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda v: flow(v[None])[0][0], point)
        torch.testing.assert_close(found, torch.linalg.slogdet(jacobian).logabsdet)


def test_inverse_undoes_forward(flow: ToyFlow, x: torch.Tensor) -> None:
    z, _ = flow(x)
    assert (z - x).abs().max() > 0.1
    torch.testing.assert_close(flow.inverse(z), x)


def test_an_untrained_flow_is_the_identity(x: torch.Tensor) -> None:
    z, log_det = ToyFlow(4, 8, torch.Generator())(x.float())
    assert torch.equal(z, x.float())
    assert not log_det.any()


def test_a_seed_decides_the_weights() -> None:
    first, again, other = (
        torch.cat(
            [p.flatten() for p in ToyFlow(2, 8, torch.Generator().manual_seed(s)).parameters()]
        )
        for s in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_every_weight_gets_a_gradient(x: torch.Tensor) -> None:
    made = randomized(ToyFlow(4, 8, torch.Generator())).double()
    made.log_prob(x).mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in made.parameters())


def mass(flow: ToyFlow) -> float:
    """The integral of the density over a board wider than what is shown, by midpoints."""
    side, wider = 800, 4.0
    total = 0.0
    for part in places(side).double().mul(wider).split(80_000):
        total += float(flow.log_prob(part).exp().sum())
    return total * (2 * VIEW * wider / side) ** 2


def test_a_random_density_integrates_to_1(flow: ToyFlow) -> None:
    assert mass(flow) == pytest.approx(1, abs=1e-4)


def test_a_trained_density_integrates_to_1() -> None:
    training = ToyTraining(SETTINGS)
    training.train_to(60)
    assert training.held_out[-1][1] < GAUSSIAN_LOSS - 0.1
    assert mass(training.flow.double()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_seeded_and_standardized(name: str) -> None:
    first, again, other = (point_set(name, seed, "ab", DRAWN) for seed in (3, 3, 4))
    assert torch.equal(first.train, again.train)
    assert not torch.equal(first.train, other.train)
    assert first.train.shape == (TRAIN, 2)
    assert first.held_out.shape == (HELD_OUT, 2)
    points = torch.cat([first.train, first.held_out])
    torch.testing.assert_close(points.mean(0), torch.zeros(2), atol=1e-5, rtol=0)
    assert float(points.square().sum(1).mean()) == pytest.approx(2, abs=1e-4)


@pytest.mark.parametrize("name", DATASETS)
def test_the_true_density_integrates_to_1(name: str) -> None:
    shape = shape_of(name, "ab", DRAWN)
    drawn = shape.draw(2000, torch.Generator().manual_seed(0))
    low, high = drawn.amin(0) - 2, drawn.amax(0) + 2
    side = 300 if name in ("checkerboard", "text") else 100
    middles = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    grid = torch.cartesian_prod(middles, middles) * (high - low) + low
    total = shape.log_prob(grid).exp().mean() * (high - low).prod()
    # Midpoints meet Gaussians to many digits, but the steps at the edges of squares less well.
    assert float(total) == pytest.approx(1, abs=0.03)


def test_dots_have_the_density_of_a_mixture_of_gaussians(x: torch.Tensor) -> None:
    dots = torch.tensor([[0.0, 0.0], [1.0, -1.0]], dtype=torch.float64)
    normal = torch.distributions.Normal
    parts = [normal(dot, 0.5).log_prob(x).sum(1) for dot in dots]
    expected = torch.logsumexp(torch.stack(parts), 0) - math.log(2)
    torch.testing.assert_close(Dots(dots, 0.5).log_prob(x), expected)


def test_own_loss_of_a_dot_is_the_entropy_of_its_gaussian() -> None:
    points = point_set("drawn", 0, drawn=[(1.0, 2.0)])
    # Standardized it is N(0, I), whatever the pen.
    assert points.own_loss == pytest.approx(GAUSSIAN_LOSS, abs=0.05)
    assert float(points.train.std()) == pytest.approx(1, abs=0.02)


def test_text_is_upright_and_read_from_the_left() -> None:
    raw = shape_of("text", "L").draw(500, torch.Generator().manual_seed(0))
    middle = (raw.amin(0) + raw.amax(0)) / 2
    left, low = raw[:, 0] < middle[0], raw[:, 1] < middle[1]
    assert (left & ~low).any()
    assert not (~left & ~low).any()


@pytest.mark.parametrize(("name", "text"), [("text", ""), ("text", "  "), ("drawn", "")])
def test_an_empty_data_set_is_one_kind_line(name: str, text: str) -> None:
    with pytest.raises(ToyError, match="There is nothing"):
        point_set(name, 0, text)


def test_a_drawing_survives_as_text() -> None:
    text = to_text([*DRAWN, (-VIEW, VIEW), (99.0, -99.0)])
    assert len(text) == 4 * (len(DRAWN) + 2)
    back = from_text(text)
    assert np.allclose(back[:-2], DRAWN, atol=VIEW / 2048)
    assert np.abs(back).max() < VIEW
    assert to_text(back) == text


@pytest.mark.parametrize("text", ["abc", "ab d", "äääa", "AAAA" * (MAX_DOTS + 1)])
def test_what_is_no_drawing_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(DrawingError) as error:
        from_text(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 100


@pytest.mark.parametrize("name", DATASETS)
def test_training_falls_below_a_gaussian(name: str) -> None:
    training = ToyTraining(settings_of(name))
    assert training.held_out == [(0, pytest.approx(GAUSSIAN_LOSS, abs=0.05))]
    training.train_to(75)
    below = 0.02 if name in ("checkerboard", "rings") else 0.1
    assert training.held_out[-1][0] == 75
    assert training.points.own_loss - 0.05 < training.held_out[-1][1] < GAUSSIAN_LOSS - below


def test_moons_come_close_to_their_own_density() -> None:
    training = ToyTraining(ToySettings(couplings=6))
    training.train_to(150)
    assert 0 < training.held_out[-1][1] - training.points.own_loss < 0.2


def test_a_training_is_the_same_however_it_is_sliced() -> None:
    at_once, sliced = ToyTraining(SETTINGS), ToyTraining(SETTINGS)
    at_once.train_to(30)
    with torch.inference_mode():  # as on the model's thread
        while sliced.step < 30:
            sliced.train_to(30, seconds=0.0)
    assert at_once.losses == sliced.losses
    assert at_once.held_out == sliced.held_out
    assert torch.equal(log_density(at_once.flow), log_density(sliced.flow))


def test_a_training_ends_at_its_limit_and_goes_no_step_back() -> None:
    training = ToyTraining(SETTINGS)
    training.train_to(3)
    training.train_to(2)
    assert (training.step, len(training.losses)) == (3, 3)


def test_training_leaves_the_global_seed_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    ToyTraining(SETTINGS).train_to(2)
    assert torch.equal(before, torch.get_rng_state())


def test_a_loss_that_is_not_finite_is_named_and_its_step_not_taken() -> None:
    training = ToyTraining(SETTINGS)
    with torch.no_grad():
        next(iter(training.trained.parameters())).fill_(math.nan)
    with pytest.raises(NonFiniteError, match="step 1 "):
        training.train_to(1)
    assert training.step == 0


def test_paths_compose_layer_by_layer(flow: ToyFlow, x: torch.Tensor) -> None:
    path = flow.path(x)
    z, _ = flow(x)
    assert path.shape == (6, 6, 2)
    torch.testing.assert_close(path[0], x)
    torch.testing.assert_close(path[-1], z)
    for k, coupling in enumerate(flow.chain.transforms):
        next_place = coupling(path[k][:, :, None, None])[0].flatten(1)
        torch.testing.assert_close(path[k + 1], next_place)
        kept = k % 2
        assert torch.equal(path[k + 1][:, kept], path[k][:, kept])
    torch.testing.assert_close(flow.path_back(z), path)


def test_temperature_scales_the_latents_of_samples(flow: ToyFlow) -> None:
    points = torch.zeros(200, 2, dtype=torch.float64)
    one, half, none = (journey(flow, points, t, seed=1).samples for t in (1.0, 0.5, 0.0))
    torch.testing.assert_close(half[-1], 0.5 * one[-1])
    torch.testing.assert_close(none[0], flow.inverse(points))
    assert 1.8 < float(one[-1].square().sum(1).mean()) < 2.2


@pytest.mark.parametrize(("straight", "end"), [("data", 0), ("latent", -1)])
def test_the_grid_is_straight_at_the_chosen_end(flow: ToyFlow, straight: str, end: int) -> None:
    grid = journey(flow, torch.zeros(1, 2).double(), 1.0, 0, straight=straight).grid
    torch.testing.assert_close(grid[end], grid_lines().double())
    assert (grid[0] - grid[-1]).abs().max() > 0.1


def test_density_pixels_have_y_upwards_and_the_peak_light() -> None:
    flow = ToyFlow(2, 8, torch.Generator())
    shift = flow.chain.transforms[0].net.layers[-1]  # type: ignore[union-attr]
    with torch.no_grad():
        shift.bias[1] = -2.0  # z = y - 2: the mass moves up
    log_p = log_density(flow, 64)
    row, column = divmod(int(log_p.argmax()), 64)
    assert row < 20
    assert 31 <= column <= 32
    for log_scale in (False, True):
        pixels = density_pixels(log_p, log_scale=log_scale)
        assert tuple(pixels[row, column]) == (0xFD, 0xE7, 0x25)
        assert tuple(pixels[-1, 0]) == (0x44, 0x01, 0x54)


def test_shorts_keep_places_and_bound_the_rest() -> None:
    far = torch.tensor([[VIEW, -VIEW], [1e30, math.nan]])
    shorts = to_shorts(far)
    assert shorts.dtype == np.int16
    assert shorts.tolist() == [[10922, -10922], [32767, 32767]]


def test_the_pen_is_as_wide_as_it_says() -> None:
    dot = shape_of("drawn", drawn=[(0.0, 0.0)]).draw(20_000, torch.Generator().manual_seed(0))
    assert float(dot.std()) == pytest.approx(PEN, rel=0.02)
