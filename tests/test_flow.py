"""The whole flow: exact inverse, exact density, latents in three views, labels, sampling."""

import math

import pytest
import torch
from flows import random_pictures, small_flow
from torch import Tensor

from realnvp import ConfigError, ModelConfig, NonFiniteError, RealNVP
from realnvp.flow import dequantize, log_normal
from realnvp.metrics import bits_per_dim
from realnvp.transforms import Logit

SHAPES = [
    {"image_size": (8, 8), "num_levels": 3},
    {"image_size": (12, 8), "num_levels": 2, "channels": 1},
    {"image_size": (7, 5), "num_levels": 1, "channels": 2},
    {"image_size": (4, 4), "num_levels": 2, "num_blocks": 2},
    {"image_size": (28, 28), "num_levels": 3, "channels": 1, "width": 2},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_inverse_undoes_forward(shape: dict[str, object], generator: torch.Generator) -> None:
    flow = small_flow(double=True, **shape)
    x = 256 * torch.rand(
        3, flow.config.channels, *flow.config.image_size, generator=generator, dtype=torch.float64
    )
    z, _ = flow(x)
    assert z.shape == (3, flow.dim)
    torch.testing.assert_close(flow.inverse(z), x, rtol=0, atol=1e-7)


def test_log_det_matches_the_autograd_jacobian(generator: torch.Generator) -> None:
    flow = small_flow(double=True, image_size=(4, 4), num_levels=2)
    x = 256 * torch.rand(2, 3, 4, 4, generator=generator, dtype=torch.float64)
    _, log_det = flow(x)
    for i in range(len(x)):
        jacobian = torch.autograd.functional.jacobian(
            lambda v: flow(v.view(1, 3, 4, 4))[0].flatten(), x[i].flatten()
        )
        torch.testing.assert_close(log_det[i], torch.linalg.slogdet(jacobian).logabsdet)


def test_log_det_matches_the_autograd_jacobian_under_labels(generator: torch.Generator) -> None:
    flow = small_flow(
        double=True, image_size=(4, 4), num_levels=2, label_kind="class", num_labels=3
    )
    x = 256 * torch.rand(1, 3, 4, 4, generator=generator, dtype=torch.float64)
    label = torch.tensor([2])
    jacobian = torch.autograd.functional.jacobian(
        lambda v: flow(v.view(1, 3, 4, 4), label)[0].flatten(), x.flatten()
    )
    _, log_det = flow(x, label)
    torch.testing.assert_close(log_det[0], torch.linalg.slogdet(jacobian).logabsdet)


def test_density_of_two_pixels_integrates_to_one() -> None:
    flow = small_flow(double=True, channels=1, image_size=(1, 2), num_levels=1)
    # alpha > 0 puts some mass past both ends: x runs over all that the logit can take.
    edge = 256 * 0.05 / 0.9
    points = 401
    axis = torch.linspace(-edge, 256 + edge, points + 2, dtype=torch.float64)[1:-1]
    grid = torch.cartesian_prod(axis, axis).view(-1, 1, 1, 2)
    mass = flow.log_prob(grid).exp().sum() * (axis[1] - axis[0]) ** 2
    assert abs(mass - 1) < 2e-3


def test_uniform_noise_costs_exactly_eight_bits() -> None:
    log_density = torch.full((5,), -48 * math.log(256))
    torch.testing.assert_close(bits_per_dim(log_density, 48), torch.full((5,), 8.0))


def test_bits_per_dim_of_an_identity_flow_has_a_closed_form() -> None:
    flow = RealNVP(ModelConfig(image_size=(4, 4), num_levels=2, width=2)).eval().double()
    # Untrained: couplings and statistics are the identity up to the norm's 1 + eps.
    x = torch.full((1, 3, 4, 4), 77, dtype=torch.uint8)
    p = 0.05 + 0.9 * 77.5 / 256
    y = math.log(p / (1 - p))
    slope = math.log(0.9 / 256) - math.log(p * (1 - p))
    norms = [0.5 * math.log1p(1e-4) * share for share in _norms_per_variable(flow)]
    scale = math.exp(-sum(norms) / 48)
    nats = slope - sum(norms) / 48 - 0.5 * math.log(2 * math.pi) - 0.5 * (y * scale) ** 2
    expected = -nats / math.log(2)
    assert abs(flow.bits_per_dim(x).item() - expected) < 1e-3


def _norms_per_variable(flow: RealNVP) -> list[float]:
    """How many variables each batch norm changes, for a 3x4x4 picture with 2 levels."""
    return [24.0] * 6 + [12.0] * 4


def test_two_gaussian_pixels_agree_with_an_independent_density() -> None:
    x = torch.tensor([10.0, 200.0], dtype=torch.float64).view(1, 2, 1, 1)
    y, log_det = Logit(0.05)(x)
    base = torch.distributions.Independent(
        torch.distributions.Normal(torch.zeros(2, dtype=torch.float64), 1.0), 1
    )
    back = torch.distributions.ComposeTransform(
        [
            torch.distributions.SigmoidTransform(),
            torch.distributions.AffineTransform(-256 * 0.05 / 0.9, 256 / 0.9),
        ]
    )
    reference = torch.distributions.TransformedDistribution(base, [back]).log_prob(x.view(1, 2))
    torch.testing.assert_close(log_normal(y) + log_det, reference)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_decode_gives_back_the_bytes_that_were_encoded(shape: dict[str, object]) -> None:
    flow = small_flow(**shape)
    size = flow.config.image_size
    pictures = torch.randint(0, 256, (20, flow.config.channels, *size)).to(torch.uint8)
    pictures[0], pictures[1] = 0, 255
    pictures[2, ..., ::2] = 255
    assert torch.equal(flow.decode(flow.encode(pictures)), pictures)


def test_float32_agrees_with_float64(generator: torch.Generator) -> None:
    single, double = small_flow(), small_flow(double=True)
    pictures = random_pictures(8)
    difference = single.bits_per_dim(pictures) - double.bits_per_dim(pictures)
    assert difference.abs().max() < 1e-5


def test_encode_is_the_same_each_time_and_noise_only_moves_it_within_a_bin() -> None:
    flow, pictures = small_flow(), random_pictures(4)
    assert torch.equal(flow.encode(pictures), flow.encode(pictures))
    noisy = flow.encode(pictures, generator=torch.Generator().manual_seed(1))
    assert not torch.equal(noisy, flow.encode(pictures))
    assert (flow.decode(noisy) == pictures).float().mean() > 0.99


def test_dequantization_noise_is_uniform_within_each_bin(generator: torch.Generator) -> None:
    pictures = torch.arange(256, dtype=torch.uint8).repeat(400).view(400, 1, 16, 16)
    noise = dequantize(pictures, generator) - pictures
    assert noise.min() >= 0
    assert noise.max() <= 1
    counts = torch.histc(noise, 10, 0, 1)
    assert (counts / counts.sum() - 0.1).abs().max() < 0.01


def test_many_images_are_answered_like_few(generator: torch.Generator) -> None:
    flow, pictures = small_flow(image_size=(4, 4), num_levels=2), random_pictures(300, side=4)
    z = flow.encode(pictures)
    torch.testing.assert_close(z[130:140], flow.encode(pictures[130:140]))
    assert torch.equal(flow.decode(z), pictures)
    assert flow.encode(pictures[:0]).shape == (0, flow.dim)


def test_short_memory_means_smaller_chunks_and_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow, pictures = small_flow(image_size=(4, 4), num_levels=2), random_pictures(50, side=4)
    whole, forward, sizes = flow.encode(pictures), RealNVP.forward, []

    def short(self: RealNVP, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        sizes.append(len(x))
        if len(x) > 8:
            raise torch.OutOfMemoryError("no more")
        return forward(self, x, labels)

    monkeypatch.setattr(RealNVP, "forward", short)
    torch.testing.assert_close(flow.encode(pictures), whole)
    assert max(sizes[-7:]) == 8

    def none(*_: object) -> None:
        raise torch.OutOfMemoryError("none at all")

    monkeypatch.setattr(RealNVP, "forward", none)
    with pytest.raises(torch.OutOfMemoryError, match="none at all"):
        flow.encode(pictures)


def test_short_memory_of_the_cpu_is_short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, z = small_flow(image_size=(4, 4), num_levels=2), torch.zeros(20, 48)
    whole, inverse = flow.decode(z), RealNVP.inverse

    def short(self: RealNVP, y: Tensor, *rest: object) -> Tensor:
        return torch.empty(2**50) if len(y) > most else inverse(self, y, *rest)

    monkeypatch.setattr(RealNVP, "inverse", short)
    most = 8
    assert torch.equal(flow.decode(z), whole)
    most = 0
    with pytest.raises(torch.OutOfMemoryError):
        flow.decode(z)


def test_of_large_pictures_fewer_go_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, sizes = small_flow(width=1, num_levels=1), []

    def seen(self: RealNVP, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        sizes.append(len(x))
        return x.flatten(1), x.new_zeros(len(x))

    monkeypatch.setattr(RealNVP, "forward", seen)
    flow.encode(torch.zeros(5, 3, 512, 512, dtype=torch.uint8))
    assert sizes == [2, 2, 1]


def test_three_views_of_a_latent_are_one() -> None:
    flow = small_flow()
    z = flow.draw(2, generator=torch.Generator().manual_seed(0))
    levels = flow.unpack(z)
    assert [tuple(level.shape[1:]) for level in levels] == [(6, 4, 4), (12, 2, 2), (12, 2, 2)]
    assert torch.equal(flow.pack(levels), z)
    assert flow.picture(z).shape == (2, 3, 8, 8)
    assert torch.equal(flow.unpicture(flow.picture(z)), z)


def test_picture_of_a_latent_puts_the_finest_level_off_the_diagonals() -> None:
    flow = small_flow()
    marked = [torch.full_like(level, i + 1.0) for i, level in enumerate(flow.unpack(flow.draw(1)))]
    picture = flow.picture(flow.pack(marked))[0, 0]
    assert picture[0].tolist() == [3, 1, 2, 1, 3, 1, 2, 1]
    assert picture[1].tolist() == [1, 3, 1, 2, 1, 3, 1, 2]
    assert picture[2].tolist() == [2, 1, 3, 1, 2, 1, 3, 1]


def test_a_latent_lives_where_its_picture_says() -> None:
    """Untrained, the flow only moves variables about: z as a picture is the logits in place."""
    flow = RealNVP(ModelConfig(image_size=(8, 8), num_levels=3, width=2)).eval()
    pictures = random_pictures(2)
    h, _ = flow.logit(pictures + 0.5)
    torch.testing.assert_close(flow.picture(flow.encode(pictures)), h, rtol=1e-2, atol=1e-3)


def test_temperature_scales_each_level_by_its_own_number() -> None:
    flow = small_flow()

    def draw(temperature: object) -> list[Tensor]:
        z = flow.draw(2, temperature, torch.Generator().manual_seed(3))  # type: ignore[arg-type]
        return flow.unpack(z)

    full, mixed = draw(1.0), draw([0.5, 0.0, 2.0])
    for level, other, factor in zip(full, mixed, (0.5, 0.0, 2.0), strict=True):
        torch.testing.assert_close(other, factor * level)
    assert torch.equal(flow.pack(draw(0.7)), flow.pack(draw([0.7, 0.7, 0.7])))


@pytest.mark.parametrize("bad", [[0.5, 0.5], -1.0, float("nan"), [1.0, 1.0, float("inf")]])
def test_unusable_temperatures_are_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="temperatures"):
        small_flow().draw(1, bad)  # type: ignore[arg-type]


def test_temperature_changes_what_is_sampled() -> None:
    flow = small_flow()
    cool, warm = (flow.sample(16, t, torch.Generator().manual_seed(0)) for t in (0.2, 1.0))
    assert cool.float().std(dim=0).mean() < warm.float().std(dim=0).mean()


@pytest.mark.parametrize("side", [6, 8])  # 108 and 192 variables: torch draws them by sixteens
def test_a_seed_means_the_same_first_pictures_for_any_number(side: int) -> None:
    flow = small_flow(image_size=(side, side), num_levels=2)
    one, few, many = (flow.draw(n, 1.0, torch.Generator().manual_seed(5)) for n in (1, 3, 9))
    assert torch.equal(few, many[:3])
    assert torch.equal(one, many[:1])


def test_larger_latents_decode_to_larger_pictures() -> None:
    flow = small_flow()
    z = flow.draw(2, 0.8, torch.Generator().manual_seed(0), size=(16, 24))
    pictures = flow.decode(z, size=(16, 24))
    assert pictures.shape == (2, 3, 16, 24)
    assert torch.equal(flow.decode(flow.encode(pictures), size=(16, 24)), pictures)


def test_density_of_a_latent_is_the_density_of_the_point_it_decodes_to() -> None:
    flow = small_flow(double=True)
    z = flow.draw(3, 0.8, torch.Generator().manual_seed(0)).double()
    x = flow.inverse(z)
    expected = bits_per_dim(flow.log_prob(x), flow.dim)
    torch.testing.assert_close(flow.bits_per_dim_of_latents(z), expected)


def test_average_over_draws_settles(generator: torch.Generator) -> None:
    flow, pictures = small_flow(), random_pictures(4)
    one = flow.bits_per_dim(pictures, draws=32, generator=generator)
    other = flow.bits_per_dim(pictures, draws=32, generator=generator)
    single = flow.bits_per_dim(pictures, generator=generator)
    assert (one - other).abs().max() < (one - single).abs().max() + 0.05
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ("kind", "labels", "others"),
    [
        ("class", [0, 1, 2, 1], [1, 2, 0, 0]),
        ("attributes", [[0, 1, 1]] * 4, [[1, 1, 1]] * 4),
    ],
)
def test_labels_enter_and_the_same_label_leads_back(
    kind: str, labels: list[object], others: list[object]
) -> None:
    flow = small_flow(label_kind=kind, num_labels=3)
    pictures, here, there = random_pictures(4), torch.tensor(labels), torch.tensor(others)
    z = flow.encode(pictures, here)
    assert torch.equal(flow.decode(z, here), pictures)
    assert not torch.equal(flow.decode(z, there), pictures)
    assert not torch.allclose(flow.bits_per_dim(pictures, here), flow.bits_per_dim(pictures, there))


@pytest.mark.parametrize("labels", [None, [3, 0], [-1, 0], [0], [[0, 1], [1, 0]]])
def test_labels_that_do_not_fit_are_refused(labels: object) -> None:
    flow = small_flow(label_kind="class", num_labels=3)
    given = None if labels is None else torch.tensor(labels)
    with pytest.raises(ValueError, match="labels"):
        flow.encode(random_pictures(2), given)


def test_an_unconditional_model_takes_no_labels() -> None:
    with pytest.raises(ValueError, match="unconditional"):
        small_flow().encode(random_pictures(1), torch.tensor([0]))


@pytest.mark.parametrize(
    "pictures",
    [
        torch.zeros(1, 3, 8, 8),
        torch.zeros(3, 8, 8, dtype=torch.uint8),
        torch.zeros(1, 1, 8, 8, dtype=torch.uint8),
        torch.zeros(1, 3, 10, 10, dtype=torch.uint8),
    ],
    ids=["float", "no batch", "grey", "10x10"],
)
def test_pictures_that_do_not_fit_are_refused(pictures: Tensor) -> None:
    with pytest.raises(ValueError, match=r"pictures|divisible"):
        small_flow().encode(pictures)


def test_every_weight_gets_a_gradient(generator: torch.Generator) -> None:
    flow = small_flow(label_kind="class", num_labels=3).train().requires_grad_(True)
    flow.log_prob(dequantize(random_pictures(8), generator), torch.arange(8) % 3).mean().backward()
    for name, parameter in flow.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_an_untrained_flow_can_learn_its_scales(generator: torch.Generator) -> None:
    """From the zero init, one step moves the conditioners' last layer: nothing is stuck."""
    flow = RealNVP(ModelConfig(image_size=(8, 8), width=4)).train()
    flow.log_prob(dequantize(random_pictures(8), generator)).mean().backward()
    lasts = [p for name, p in flow.named_parameters() if name.endswith("net.conv_out.gain")]
    assert len(lasts) == 16
    for gain in lasts:
        assert gain.grad is not None
        assert (gain.grad != 0).all()


def test_a_broken_layer_is_named_in_both_directions() -> None:
    flow = small_flow()
    broken = flow.multiscale.levels[1].transforms[2]
    broken.max_log_scale.data.fill_(float("nan"))  # type: ignore[union-attr, operator]
    with pytest.raises(NonFiniteError, match=r"level 2, coupling 2 \(checkerboard"):
        flow.encode(random_pictures(2))
    with pytest.raises(NonFiniteError, match=r"inverse of level 2, coupling 2 \(checkerboard"):
        flow.decode(flow.draw(2))
    with pytest.raises(NonFiniteError, match="latent itself"):
        flow.decode(torch.full((1, flow.dim), float("nan")))


def test_number_of_couplings_is_that_of_the_paper() -> None:
    for n in (1, 2, 4):
        flow = RealNVP(ModelConfig(image_size=(32, 32), num_levels=n, width=1))
        count = sum("coupling" in step.name for step in _steps(flow))
        assert count == 6 * (n - 1) + 4


def test_traced_steps_add_up_to_encode() -> None:
    flow = small_flow(double=True)
    x = random_pictures(2).double() + 0.5
    z, log_det = flow(x)
    h, total = flow.logit(x)
    steps = list(flow.multiscale.trace(h))
    total = total + sum(step.log_det for step in steps if step.log_det is not None)
    torch.testing.assert_close(total, log_det)
    torch.testing.assert_close(steps[-1].output, flow.unpack(z)[-1])
    back = list(flow.multiscale.trace_inverse(z))
    torch.testing.assert_close(back[-1].output, h)
    assert [step.name for step in back] == [step.name for step in reversed(steps)]


def _steps(flow: RealNVP) -> list[object]:
    flow.eval()
    return list(flow.multiscale.trace(torch.zeros(1, 3, 32, 32)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": (10, 10)}, "10x10 must be divisible by 4"),
        ({"image_size": (32,)}, "image_size"),
        ({"channels": 0}, "channels"),
        ({"width": True}, "width"),
        ({"alpha": 0.5}, "alpha"),
        ({"label_kind": "class"}, "go together"),
        ({"label_kind": "words", "num_labels": 2}, "label_kind"),
        ({"label_kind": "class", "num_labels": 2, "label_names": ("a",)}, "label_names"),
    ],
)
def test_a_config_that_cannot_be_built_says_why(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ModelConfig(**changes)  # type: ignore[arg-type]


def test_of_no_pictures_there_is_nothing() -> None:
    flow = small_flow()
    none = torch.zeros(0, 3, 8, 8, dtype=torch.uint8)
    assert flow.draw(0).shape == (0, flow.dim)
    assert flow.sample(0).shape == none.shape
    assert flow.encode(none).shape == (0, flow.dim)
    assert flow.bits_per_dim(none).shape == (0,)
