"""Pictures that fit what is known: against the closed form, and what must not change on the way."""

import math
from dataclasses import replace

import pytest
import torch
from flows import MODELS, random_pictures, small_flow
from torch import Tensor, nn

from explorer.engine import Engine
from realnvp import NonFiniteError, RealNVP
from realnvp.config import ModelConfig
from realnvp.coupling import FlowBatchNorm
from realnvp.explore.inverse_problems import (
    MIDDLE,
    SCALE,
    Moves,
    Problem,
    Search,
    advance,
    begin,
    look,
    solve,
)
from realnvp.explore.measurements import BlockMeans, Hole, Luminance, Measurement, Noisy, half, psnr
from realnvp.inference import fold
from realnvp.transforms import Transform

SIZE = (8, 8)
FEW = (4, 4)  # of the linear flow: a picture of 16 values


class Affine(Transform):
    """In place of the logit: y = (x - 128) / 64, so that a flow can be linear."""

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return (x - MIDDLE) / SCALE, x.new_full((len(x),), -math.log(SCALE) * x[0].numel())

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return MIDDLE + SCALE * y


@pytest.fixture
def linear() -> RealNVP:
    """Its couplings are the identity and its batch norms constants: x = A z + b, and no more."""
    config = ModelConfig(channels=1, image_size=FEW, num_levels=1, num_blocks=0, width=2)
    flow = RealNVP(config).double().eval().requires_grad_(False)
    noise = torch.Generator().manual_seed(0)
    for part in flow.modules():
        if isinstance(part, FlowBatchNorm):
            part.running_mean += 0.3 * torch.randn(part.running_mean.shape, generator=noise)
            part.running_var *= torch.rand(part.running_var.shape, generator=noise) + 0.5
    flow.logit = Affine()  # type: ignore[assignment]
    return flow


class Tolerant(Measurement):
    """Another measurement, with noise of a strength that stays."""

    def __init__(self, of: Measurement, sigma: float) -> None:
        self.of, self.sigma = of, sigma

    @property
    def tolerance(self) -> tuple[float, float]:
        return self.sigma, self.sigma

    def apply(self, x: Tensor) -> Tensor:
        return self.of.apply(x)

    def known(self, image: Tensor) -> Tensor:
        return self.of.known(image)

    def misfit(self, x: Tensor, known: Tensor) -> Tensor:
        return self.of.misfit(x, known)

    def filled(self, known: Tensor, size: tuple[int, int]) -> Tensor:
        return self.of.filled(known, size)


def posterior_mean(flow: RealNVP, problem: Problem) -> Tensor:
    """Of z given y = M (A z + b) + noise, z ~ N(0, T^2 I): (D,)."""
    dim = flow.dim
    b = flow.inverse(torch.zeros(1, dim).double()).flatten()
    a = torch.stack([flow.inverse(e[None]).flatten() - b for e in torch.eye(dim).double()], dim=1)

    def measured(x: Tensor) -> Tensor:
        return problem.measurement.apply(x.view(1, 1, *FEW)).flatten()

    zero = measured(torch.zeros(dim).double())
    m = torch.stack([measured(e) - zero for e in torch.eye(dim).double()], dim=1)
    y = problem.known.double() + 0.5
    y = measured(y) if y.shape[2:] == FEW else y.flatten()  # a hole has zeros where nothing is
    ma, sigma = m @ a, problem.tolerance(0)
    precision = torch.eye(dim) / problem.temperature**2 + ma.T @ ma / sigma**2
    return torch.linalg.solve(precision, ma.T @ (y - m @ b - zero) / sigma**2)


@pytest.mark.parametrize(
    "measurement",
    [
        Noisy(30.0),
        Tolerant(Hole(half(FEW, "left")), 20.0),
        Tolerant(BlockMeans(2), 10.0),
    ],
    ids=["noisy", "hole", "means"],
)
@pytest.mark.parametrize(("temperature", "steps"), [(0.5, 250), (1.0, 400)])
def test_of_a_linear_flow_it_is_the_posterior_mean(
    measurement: Measurement, temperature: float, steps: int, linear: RealNVP
) -> None:
    known = measurement.known(random_pictures(1, channels=1, side=4))
    problem = Problem(measurement, known, FEW, temperature=temperature, steps=steps)
    found = advance(linear, problem, begin(linear, problem, seed=3, count=2))
    expected = posterior_mean(linear, problem)
    for z in found.variable:
        torch.testing.assert_close(z, expected, atol=0.01, rtol=0.0)
    assert expected.norm() > 1


def test_of_a_linear_flow_the_pixels_end_where_the_latent_does(linear: RealNVP) -> None:
    """The log-det is constant there, so both have one and the same maximum."""
    measurement = Noisy(60.0)
    known = measurement.known(torch.full((1, 1, *FEW), 120, dtype=torch.uint8))
    problem = Problem(measurement, known, FEW, steps=200, moves="pixels", temperature=0.4)
    found = advance(linear, problem, begin(linear, problem, seed=1))
    z, _ = linear(MIDDLE + SCALE * found.variable)
    torch.testing.assert_close(z[0], posterior_mean(linear, problem), atol=0.02, rtol=0.0)


def measurements(channels: int = 3) -> dict[str, Measurement]:
    found = {
        "hole": Hole(half(SIZE, "right")),
        "means": BlockMeans(2),
        "larger means": BlockMeans(4),
        "noise": Noisy(20.0),
    }
    return found | ({"luminance": Luminance()} if channels == 3 else {})


def objective(flow: RealNVP, problem: Problem, search: Search) -> float:
    """What is made small, of the latent or of the pixels."""
    if problem.moves == "latent":
        z, log_det = search.variable, torch.zeros(1)
        x = flow.inverse(z)
    else:
        x = MIDDLE + SCALE * search.variable
        z, log_det = flow(x)
    misfit = problem.measurement.misfit(x, problem.known).sum()
    prior = z.square().sum() / (2 * problem.temperature**2)
    return float(prior - log_det.sum() + misfit / (2 * problem.tolerance(0) ** 2))


@pytest.mark.parametrize("name", measurements())
@pytest.mark.parametrize("moves", ["latent", "pixels"])
def test_the_end_is_likelier_and_fits_better_than_the_start(name: str, moves: Moves) -> None:
    flow, measurement = small_flow(), Tolerant(measurements()[name], 5.0)
    known = measurement.known(random_pictures(1))
    problem = Problem(measurement, known, SIZE, steps=25, moves=moves)
    start = begin(flow, problem, count=2)
    end = advance(flow, problem, start)
    assert objective(flow, problem, end) < objective(flow, problem, start)


def test_states_come_from_the_start_to_the_end() -> None:
    flow, means = small_flow(), BlockMeans(2)
    known = means.known(random_pictures(1))
    problem = Problem(means, known, SIZE, steps=7)
    states = list(solve(flow, means, known, steps=7, count=2, seed=1, every=3))
    assert [state.step for state in states] == [0, 3, 6, 7]
    first = begin(flow, problem, seed=1, count=2)
    for state, search in ((states[0], first), (states[-1], advance(flow, problem, first))):
        seen = look(flow, problem, search)
        assert torch.equal(state.images, seen.images)
        assert torch.equal(flow.decode(state.z), state.images)  # a pin of it shows it
        assert torch.equal(state.bits_per_dim, flow.bits_per_dim(state.images))
    assert not torch.equal(states[-1].images[0], states[-1].images[1])  # seeds of their own


@pytest.mark.parametrize("steps", [1, 8])
def test_known_pixels_come_out_byte_for_byte(steps: int) -> None:
    image, missing = random_pictures(1, seed=5), torch.zeros(SIZE, dtype=torch.bool)
    missing[2:6, 3:7] = True
    hole = Hole(missing)
    *_, last = solve(small_flow(), hole, hole.known(image), steps=steps, count=3)
    assert (last.images.where(~missing, 0) == image.where(~missing, 0)).all()
    assert (last.images != image).any()


def test_what_is_hidden_has_no_say() -> None:
    hole = Hole(half(SIZE, "upper"))
    one, other = random_pictures(1, seed=1), random_pictures(1, seed=2)
    other = other.where(hole.missing, one)
    assert not torch.equal(one, other)
    assert torch.equal(hole.known(one), hole.known(other))


@pytest.mark.parametrize("moves", ["latent", "pixels"])
@pytest.mark.parametrize("model", MODELS)
def test_no_picture_depends_on_those_beside_it(model: str, moves: Moves) -> None:
    flow = small_flow(double=True, **MODELS[model])
    config = flow.config
    labels = None
    if config.label_kind:
        labels = torch.tensor([3]) if config.label_kind == "class" else torch.tensor([[1.0, 0.0]])
    hole = Hole(half(SIZE, "left"))
    known = hole.known(random_pictures(1, config.channels))
    problem = Problem(hole, known, SIZE, labels, steps=8, moves=moves)
    alone = advance(flow, problem, begin(flow, problem, seed=4, count=1))
    among = advance(flow, problem, begin(flow, problem, seed=4, count=3))
    torch.testing.assert_close(among.variable[:1], alone.variable)
    assert not torch.allclose(among.variable[1], among.variable[0])


def test_slices_end_where_one_run_does() -> None:
    flow = fold(small_flow())
    noisy = Noisy(25.0)
    problem = Problem(noisy, noisy.known(random_pictures(1)), SIZE, steps=12)
    start = begin(flow, problem, seed=2, count=2)
    whole, sliced = advance(flow, problem, start), start
    while sliced.step < problem.steps:
        before = sliced
        sliced = advance(flow, problem, sliced, seconds=0.0)
        assert sliced.step == before.step + 1
    assert torch.equal(whole.variable, sliced.variable)
    assert start.step == 0
    assert not start.mean.any()  # what was given stays as it was
    assert advance(flow, problem, whole).step == 12


def test_the_folded_flow_finds_the_same() -> None:
    flow = small_flow(double=True)
    means = BlockMeans(2)
    problem = Problem(means, means.known(random_pictures(1)), SIZE, steps=8)
    found = [advance(one, problem, begin(one, problem)).variable for one in (flow, fold(flow))]
    torch.testing.assert_close(*found)
    assert all(parameter.grad is None for parameter in flow.parameters())


@pytest.mark.parametrize("model", MODELS)
def test_it_runs_on_an_engine_s_thread(model: str) -> None:
    """There nothing has gradients, and what calls have made there may be given back to it."""
    flow = fold(small_flow(**MODELS[model]))
    engine = Engine(torch.device("cpu"))

    def made() -> tuple[Problem, Search]:
        labels = {None: None, "class": torch.tensor([1]), "attributes": torch.tensor([[0.0, 1.0]])}
        hole = Hole(half(SIZE, "left") & half(SIZE, "upper"))
        known = hole.known(random_pictures(1, flow.config.channels))
        problem = Problem(hole, known, SIZE, labels[flow.config.label_kind], steps=4)
        return problem, begin(flow, problem, count=2)

    try:
        problem, search = engine.call(made).value
        for moves in ("latent", "pixels"):
            one = replace(problem, moves=moves)
            search = engine.call(begin, flow, one, 0, 2).value
            while search.step < one.steps:
                search = engine.call(advance, flow, one, search, search.step + 1).value
            state = engine.call(look, flow, one, search).value
            assert state.images.shape == (2, flow.config.channels, *SIZE)
    finally:
        engine.close()


def test_a_value_that_is_not_finite_names_its_layer() -> None:
    flow = small_flow()
    noisy = Noisy(20.0)
    problem = Problem(noisy, noisy.known(random_pictures(1)), SIZE, steps=3)
    search = begin(flow, problem)
    broken: nn.Module = flow.multiscale.levels[0].transforms[0]
    for parameter in broken.parameters():
        parameter.fill_(torch.nan)
    with pytest.raises(NonFiniteError, match="coupling 1"):
        advance(flow, problem, search)


@pytest.mark.parametrize(("name", "value"), [("temperature", 0.0), ("steps", 0)])
def test_a_problem_that_is_none_is_refused(name: str, value: float) -> None:
    noisy = Noisy(20.0)
    with pytest.raises(ValueError, match=name):
        Problem(noisy, noisy.known(random_pictures(1)), SIZE, **{name: value})


def test_the_tolerance_falls_from_loose_to_strict_and_the_rate_to_nothing() -> None:
    hole = Hole(half(SIZE, "left"))
    problem = Problem(hole, hole.known(random_pictures(1)), SIZE, steps=50)
    sigmas = [problem.tolerance(step) for step in range(50)]
    assert sigmas[0] == 40
    assert sigmas[-1] == pytest.approx(2)
    assert sigmas == sorted(sigmas, reverse=True)
    assert problem.rate(49) < 0.01 * problem.rate(0)
    noisy = Noisy(15.0)
    assert Problem(noisy, noisy.known(random_pictures(1)), SIZE).tolerance(70) == 15


def test_a_hole_is_filled_with_the_mean_of_what_is_known() -> None:
    image = random_pictures(1)
    hole = Hole(half(SIZE, "lower"))
    filled = hole.filled(hole.known(image), SIZE)
    mean = image[:, :, :4].float().mean(dim=(2, 3)).round()[:, :, None, None]
    assert (filled[:, :, 4:] == mean).all()
    assert torch.equal(filled[:, :, :4], image[:, :, :4])
    nothing = Hole(torch.ones(SIZE, dtype=torch.bool))
    assert (nothing.filled(nothing.known(image), SIZE) == 128).all()
    assert nothing.count(image) == 0


def test_means_of_blocks_are_a_smaller_picture() -> None:
    image = random_pictures(1)
    means = BlockMeans(4)
    known = means.known(image)
    assert known.shape == (1, 3, 2, 2)
    assert known[0, 1, 0, 1] == math.floor(image[0, 1, :4, 4:].double().mean() + 0.5)
    filled = means.filled(known, SIZE)
    assert (filled[0, :, 4:, :4] == known[0, :, 1, :1, None]).all()
    odd = random_pictures(1, side=6)
    assert means.known(odd).shape == (1, 3, 2, 2)
    assert means.filled(means.known(odd), (6, 6)).shape == odd.shape


def test_luminance_is_that_of_the_standard() -> None:
    colours = torch.tensor([[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]])
    image = colours.T.reshape(1, 3, 2, 2).to(torch.uint8)
    assert Luminance().known(image).flatten().tolist() == [76, 150, 29, 90]
    assert (Luminance().filled(Luminance().known(image), (2, 2))[0, :, 1, 1] == 90).all()


def test_noise_has_its_strength_and_its_seed() -> None:
    grey = torch.full((1, 3, 64, 64), 128, dtype=torch.uint8)
    known = Noisy(10.0).known(grey)
    assert (known.double() - 128).std().item() == pytest.approx(10, rel=0.05)
    assert torch.equal(known, Noisy(10.0).known(grey))
    assert not torch.equal(known, Noisy(10.0, seed=1).known(grey))


@pytest.mark.parametrize(
    ("side", "expected"),
    [("left", [[1, 0, 0]] * 2), ("right", [[0, 0, 1]] * 2), ("upper", [[1] * 3, [0] * 3])],
)
def test_half_of_a_picture(side: str, expected: list[list[int]]) -> None:
    assert half((2, 3), side).int().tolist() == expected


def test_psnr_is_of_the_pixels_that_count() -> None:
    truth = random_pictures(1)
    where = half(SIZE, "left")
    wrong = truth.where(~where, truth ^ 16)  # by 16 up or down
    expected = 20 * math.log10(255 / 16)
    assert psnr(wrong, truth, where).tolist() == pytest.approx([expected])
    assert psnr(wrong, truth, ~where).tolist() == [math.inf]
    assert psnr(wrong, truth, torch.zeros(SIZE, dtype=torch.bool)).tolist() == [math.inf]


def test_pictures_with_measurements_of_their_own_are_looked_for_together() -> None:
    flow, hole = small_flow(double=True), Hole(half(SIZE, "left"))
    images = random_pictures(2)
    known = torch.cat([hole.known(image[None]) for image in images])
    *_, both = solve(flow, hole, known, steps=6, count=2, seed=3)
    assert (both.images.where(~hole.missing, 0) == images.where(~hole.missing, 0)).all()
    *_, alone = solve(flow, hole, known[:1], steps=6, seed=3)
    torch.testing.assert_close(both.bits_per_dim[:1], alone.bits_per_dim)
