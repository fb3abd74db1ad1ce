"""The baselines, each against what its paper promises."""

import json
import math
from pathlib import Path

import pytest
import torch
from flows import random_pictures, randomized
from safetensors.torch import load, save_file
from small_baselines import SIDE, small_baseline

from realnvp.baselines import (
    GAN,
    KINDS,
    VAE,
    Baseline,
    BaselineConfig,
    PixelCNN,
    list_baselines,
    load_baseline,
    logistic,
    save_baseline,
)
from realnvp.baselines.baseline import to_bytes
from realnvp.baselines.training import Plan, Record, new_trainer, train
from realnvp.baselines.vae import divergence
from realnvp.checkpoint import CheckpointError, list_checkpoints
from realnvp.config import ConfigError


def small(kind: str) -> Baseline:
    """In float64, to be held against references."""
    return small_baseline(kind, double=True)


def pictures(n: int, seed: int = 0) -> torch.Tensor:
    return random_pictures(n, channels=1, side=SIDE, seed=seed)


@pytest.fixture
def pixelcnn() -> PixelCNN:
    model = small("pixelcnn")
    assert isinstance(model, PixelCNN)
    return model


@pytest.fixture
def vae() -> VAE:
    model = small("vae")
    assert isinstance(model, VAE)
    return model


@pytest.mark.parametrize("place", [0, 1, 9, 27, 36, 63])
def test_a_pixel_is_predicted_from_those_before_it_alone(pixelcnn: PixelCNN, place: int) -> None:
    x = torch.randn(1, 1, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    logits = pixelcnn.logits_of(x).flatten(2)
    (gradient,) = torch.autograd.grad(logits[0, :, place].square().sum(), x)
    before, after = gradient.flatten()[:place], gradient.flatten()[place:]
    assert not after.any()
    assert place == 0 or before[-1] != 0


def test_every_pixel_before_within_reach_is_used(pixelcnn: PixelCNN) -> None:
    x = torch.randn(1, 1, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(pixelcnn.logits_of(x)[0, :, 4, 4].square().sum(), x)
    assert (gradient[0, 0, 2:4, 1:7] != 0).all()
    assert (gradient[0, 0, 4, 1:4] != 0).all()


def test_its_chances_of_a_pixel_add_up_to_one(pixelcnn: PixelCNN) -> None:
    image = pictures(1)
    bits = []
    for value in range(256):
        changed = image.clone()
        changed[0, 0, 3, 5] = value
        bits.append(pixelcnn.pixel_bits(changed)[0, 3, 5])
    assert float(torch.stack(bits).neg().exp2().sum()) == pytest.approx(1, abs=1e-12)


def test_a_picture_costs_the_sum_of_its_pixels(pixelcnn: PixelCNN) -> None:
    images = pictures(3)
    chances = pixelcnn.logits(images).log_softmax(dim=1)
    picked = chances.gather(1, images.long())[:, 0].flatten(1).sum(1)
    expected = -picked / (SIDE * SIDE * math.log(2))
    torch.testing.assert_close(pixelcnn.bits_per_dim(images), expected)


def test_drawing_pixel_by_pixel_asks_what_one_pass_would(pixelcnn: PixelCNN) -> None:
    images = pictures(3)
    whole, drawing = pixelcnn.logits(images), pixelcnn.start(3)
    for row in range(SIDE):
        for column in range(SIDE):
            torch.testing.assert_close(drawing.logits_at(row, column), whole[:, :, row, column])
            drawing.put(row, column, images[:, 0, row, column])


def test_drawn_values_follow_their_chances() -> None:
    drawing = small("pixelcnn").start(5000, torch.Generator().manual_seed(0))  # type: ignore[attr-defined]
    logits = torch.full((5000, 256), -50.0, dtype=torch.float64)
    logits[:, 7], logits[:, 250] = math.log(0.3), math.log(0.7)
    values = drawing._draw(logits)
    assert set(values.tolist()) == {7, 250}
    assert float((values == 7).double().mean()) == pytest.approx(0.3, abs=0.03)


def test_rows_drawn_in_parts_are_those_drawn_at_once(pixelcnn: PixelCNN) -> None:
    drawing = pixelcnn.start(2, torch.Generator().manual_seed(5))
    for _ in range(3):
        part = drawing.rows(3)
    assert torch.equal(part, pixelcnn.sample(2, torch.Generator().manual_seed(5)))
    assert drawing.row == SIDE


def test_an_ending_keeps_the_rows_it_was_given(pixelcnn: PixelCNN) -> None:
    given = pictures(1)
    drawing = pixelcnn.start(3, torch.Generator().manual_seed(0), given, rows=5)
    images = drawing.rows(SIDE)
    assert torch.equal(images[:, :, :5], given[:, :, :5].expand(3, -1, -1, -1))
    assert not torch.equal(images[0, :, 5:], images[1, :, 5:])


@pytest.mark.parametrize("log_scale", [-3.0, 0.0, 3.0, 6.0])
def test_the_bins_of_a_logistic_add_up_to_one(log_scale: float) -> None:
    values = torch.arange(256, dtype=torch.float64)
    for location in (-40.0, 0.0, 100.3, 255.0, 300.0):
        where = torch.tensor(location, dtype=torch.float64), torch.tensor(log_scale).double()
        total = logistic.log_prob(values, *where).exp().sum()
        assert float(total) == pytest.approx(1, abs=1e-12)


def test_a_bin_of_a_logistic_is_a_difference_of_its_sums() -> None:
    location, scale = torch.tensor(90.2).double(), torch.tensor(7.5).double()
    for value in (1.0, 60.0, 90.0, 254.0):
        ends = torch.tensor([value + 0.5, value - 0.5]).double()
        above, below = torch.sigmoid((ends - location) / scale)
        found = logistic.log_prob(torch.tensor(value).double(), location, scale.log())
        torch.testing.assert_close(found, (above - below).log())


def test_the_divergence_is_that_of_two_gaussians(generator: torch.Generator) -> None:
    mean, log_variance = torch.randn(2, 4, 3, generator=generator, dtype=torch.float64)
    q = torch.distributions.Normal(mean, (log_variance / 2).exp())
    p = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    expected = torch.distributions.kl_divergence(q, p).sum(1)
    torch.testing.assert_close(divergence(mean, log_variance), expected)


def test_the_bound_is_its_formula_term_by_term(vae: VAE) -> None:
    images = pictures(4)
    mean, log_variance = vae.posterior(images)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(1), dtype=mean.dtype)
    location, log_scale = vae.pixels(mean + (log_variance / 2).exp() * noise)
    likelihood = logistic.log_prob(images.double(), location, log_scale).flatten(1).sum(1)
    nats = divergence(mean, log_variance) - likelihood
    found = vae.bound(images, torch.Generator().manual_seed(1))
    torch.testing.assert_close(found, nats / (SIDE * SIDE * math.log(2)))


def test_the_importance_bound_is_tighter_and_nears_the_exact_cost() -> None:
    # With one code the integral over z can be taken on a grid: log p(x) without any bound.
    config = BaselineConfig("vae", (SIDE, SIDE), width=2, latents=1)
    vae = randomized(VAE(config), 3, scale=0.1).eval().requires_grad_(False).double()
    vae.encoder[-1].bias[0] += 1.5  # q far from the posterior: the bound is loose
    image = to_bytes(vae.pixels(torch.tensor([[0.4]]).double())[0])
    z = torch.linspace(-6, 6, 601, dtype=torch.float64)[:, None]
    likelihood = logistic.log_prob(image.double(), *vae.pixels(z)).flatten(1).sum(1)
    density = likelihood - 0.5 * z[:, 0].square() - 0.5 * math.log(2 * math.pi)
    nats = density.logsumexp(0) + math.log(12 / 600)
    exact = float(-nats / (SIDE * SIDE * math.log(2)))
    draws = 1000
    noise = torch.Generator().manual_seed(0)
    bound = float(vae.bound(image.expand(draws, -1, -1, -1), noise).mean())
    tighter = float(vae.importance_bound(image, draws, noise))
    assert exact - 1e-3 < tighter < bound
    assert tighter == pytest.approx(exact, abs=0.2 * (bound - exact))


def test_grain_lies_around_the_middle_that_is_shown(vae: VAE) -> None:
    z = torch.zeros(500, 3)
    grain = vae.grain(z, torch.Generator().manual_seed(0)).double()
    below = grain.mean(0)
    location, log_scale = vae.pixels(z[:1])
    inside = (location > 60) & (location < 195) & (log_scale < 3)
    assert inside.any()
    torch.testing.assert_close(below[None][inside], location[inside], atol=6.0, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_pictures_again(kind: str) -> None:
    model = small_baseline(kind)
    one, two = (model.sample(5, torch.Generator().manual_seed(3)) for _ in range(2))
    assert one.shape == (5, 1, SIDE, SIDE)
    assert one.dtype == torch.uint8
    assert torch.equal(one, two)
    assert not torch.equal(one, model.sample(5, torch.Generator().manual_seed(4)))


def test_a_gan_makes_a_picture_of_a_code_and_of_nothing_else() -> None:
    gan = small("gan")
    assert isinstance(gan, GAN)
    z = gan.draw(4, torch.Generator().manual_seed(0))
    x = gan(z)
    assert x.abs().max() <= 1
    torch.testing.assert_close(gan.decode(z), ((x + 1) * 127.5).round().to(torch.uint8))
    assert gan.measure(pictures(2)) == {}
    assert not hasattr(gan, "encode")


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_baseline_draws_the_same_when_loaded(kind: str, tmp_path: Path) -> None:
    model = small_baseline(kind).half().float()
    model.card = {"steps": 3}
    save_baseline(model, tmp_path)
    loaded = load_baseline(kind, tmp_path)
    assert list_baselines(tmp_path) == [kind]
    assert (loaded.config, loaded.card, loaded.training) == (model.config, {"steps": 3}, False)
    for seed in range(2):
        expected = model.sample(4, torch.Generator().manual_seed(seed))
        assert torch.equal(loaded.sample(4, torch.Generator().manual_seed(seed)), expected)


def test_baselines_are_no_checkpoints_of_flows(tmp_path: Path) -> None:
    save_baseline(small_baseline("vae"), tmp_path / "baselines")
    assert list_checkpoints(tmp_path) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save_baseline(small_baseline("vae"), tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entry: entry.update(width=10**6), "width must be a whole number from 1 to 256"),
        (lambda entry: entry.update(latents=0), "latents must be a whole number"),
        (lambda entry: entry.update(kind="gan"), "describes a gan"),
        (lambda entry: entry.update(kind=["vae"]), "kind is one of"),
        (lambda entry: entry.update(image_size=[7, 8]), "divisible by 4"),
        (lambda entry: entry.update(image_size=8), "image_size must be"),
        (lambda entry: entry.update(path="/etc"), "unknown entry path"),
        (lambda entry: entry.update(width=8), "has shape"),
        (lambda entry: entry.clear(), "cannot be read"),
    ],
)
def test_a_wrong_description_is_one_line(folder: Path, change: object, message: str) -> None:
    file = folder / "config.json"
    described = json.loads(file.read_text())
    change(described["baseline"])  # type: ignore[operator]
    file.write_text(json.dumps(described))
    with pytest.raises(CheckpointError, match=message) as error:
        load_baseline("vae", folder.parent)
    assert "\n" not in str(error.value)
    assert str(folder.parent) not in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 2}', "null", "[" * 10_000])
def test_a_damaged_description_is_one_line(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"^vae: config\.json"):
        load_baseline("vae", folder.parent)


def test_damaged_weights_are_one_line(folder: Path) -> None:
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    weights = load(whole)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match=r"^vae: model\.safetensors is damaged"):
        load_baseline("vae", folder.parent)
    first = next(iter(weights))
    changes = {
        "missing, first": {k: v for k, v in weights.items() if k != first},
        "unknown, first more": weights | {"more": weights[first].clone()},
        "not finite": weights | {first: weights[first] * math.nan},
        "wrong kind": weights | {first: weights[first].long()},
    }
    for message, changed in changes.items():
        save_file(changed, file)
        with pytest.raises(CheckpointError, match=message):
            load_baseline("vae", folder.parent)


def test_only_the_kinds_that_are_there_are_loaded(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no baseline '../vae'"):
        load_baseline("../vae", tmp_path)


@pytest.mark.parametrize("kind", ["vae", "pixelcnn"])
def test_training_lowers_the_cost(kind: str) -> None:
    images = (pictures(64) // 128 * 200).numpy()
    sizes = {"blocks": 1} if kind == "pixelcnn" else {"latents": 2}
    config = BaselineConfig(kind, (SIDE, SIDE), width=4, **sizes)
    model = train(images, config, Plan(steps=60, batch_size=16, rate=1e-2))
    costs = model.card["record"]["bits_per_dim"]
    assert costs[-1] < 0.95 * costs[0]
    assert model.card["steps"] == 60
    assert model.card["parameters"] == sum(p.numel() for p in model.parameters())


def test_a_discriminator_learns_to_tell_and_the_average_follows_the_generator() -> None:
    config = BaselineConfig("gan", (SIDE, SIDE), width=4, latents=2)
    trainer = new_trainer(config, seed=0)
    start = trainer.model.generator[0].weight.clone()  # type: ignore[union-attr,index]
    noise = torch.Generator().manual_seed(0)
    images = torch.full((16, 1, SIDE, SIDE), 255, dtype=torch.uint8)
    losses = [trainer.step(images, 3e-3, noise) for _ in range(30)]
    assert losses[-1]["discriminator"] < losses[0]["discriminator"]
    assert not torch.equal(trainer.model.generator[0].weight, start)  # type: ignore[union-attr,index]


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_trains_the_same_model_again(kind: str) -> None:
    before = torch.random.get_rng_state()
    sizes = {"blocks": 1} if kind == "pixelcnn" else {"latents": 2}
    config = BaselineConfig(kind, (SIDE, SIDE), width=2, **sizes)
    plan = Plan(steps=3, batch_size=8, seed=4)
    one, two = (train(pictures(24).numpy(), config, plan) for _ in range(2))
    for name, value in one.state_dict().items():
        assert torch.equal(two.state_dict()[name], value)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_record_is_shortened_to_means() -> None:
    record = Record()
    for step in range(10):
        record.add({"bits": float(step)})
    assert record.means(2) == {"step": [2, 7], "bits": [2.0, 7.0]}


@pytest.mark.parametrize("values", [{"kind": "flow"}, {"kind": "gan"}, {"kind": "vae", "width": 0}])
def test_a_config_that_cannot_be_built_is_refused(values: dict) -> None:
    with pytest.raises(ConfigError):
        BaselineConfig(**values)
