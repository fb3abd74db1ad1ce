"""The penalty on inverses that magnify rounding: what it measures, and what it does to a flow."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from flows import random_pictures, randomized, small_flow
from torch import Tensor, nn

from realnvp import RealNVP, TrainConfig
from realnvp.flow import dequantize, log_normal
from realnvp.metrics import bits_per_dim
from realnvp.nets import Conditioner, WeightNormConv2d
from realnvp.synthetic_pictures import random_out_of_distribution
from realnvp.training import make_optimizer
from realnvp.training.stability import (
    EVERY,
    PICTURES,
    add_inverse_penalty,
    gains,
    inverse_penalty_at,
)


@contextmanager
def off_by(nudges: dict[nn.Module, Tensor]) -> Iterator[None]:
    """Inputs of layers, and outputs of conditioners, off by their own share of themselves."""
    hooks = [
        module.register_forward_hook(lambda _, x, out, v=v: out * (1 + v))
        if isinstance(module, Conditioner)
        else module.register_forward_pre_hook(lambda _, x, v=v: x[0] * (1 + v))
        for module, v in nudges.items()
    ]
    yield
    for hook in hooks:
        hook.remove()


def test_the_gains_are_those_of_the_jacobians() -> None:
    """|J v|_8 and |j v| of v ~ N(0, I), with J and j by all that is nudged."""
    flow = randomized(small_flow(double=True), scale=0.5)
    images = random_pictures(1)
    x = dequantize(images, None).double()
    logits, z = flow.logit(x)[0], flow(x)[0]
    shapes = shapes_of(flow)

    def back(latent: Tensor, *nudges: Tensor) -> Tensor:
        with off_by(dict(zip(shapes, nudges, strict=True))):
            return flow.multiscale.inverse(z * (1 + latent))[0].flatten()

    def bits(*nudges: Tensor) -> Tensor:
        with off_by(dict(zip(shapes, nudges, strict=True))):
            latent, log_det = flow.multiscale(logits)
        return bits_per_dim(log_normal(latent) + log_det, flow.dim)[0]

    zeros = tuple(torch.zeros(shape).to(z) for shape in shapes.values())
    jacobians = torch.autograd.functional.jacobian(back, (torch.zeros_like(z), *zeros))
    covariances = [j.flatten(1) @ j.flatten(1).mT for j in jacobians]
    of_conditioners = [isinstance(module, Conditioner) for module in shapes]
    sizes = [float(c.trace()) for c in covariances]
    outputs = sum(size for size, out in zip(sizes[1:], of_conditioners, strict=True) if out)
    for part in (sizes[0], outputs, sum(sizes[1:]) - outputs):
        assert part > 0.1 * sum(sizes)  # or the test would not see it
    root = torch.linalg.cholesky(torch.stack(covariances).sum(0))
    draws = torch.randn(4000, flow.dim, generator=torch.Generator().manual_seed(1)).double()
    of_inverse = (draws @ root.mT).pow(8).mean(1).pow(1 / 8).mean()
    slopes = torch.autograd.functional.jacobian(bits, zeros)
    deviation = torch.stack([slope.square().sum() for slope in slopes]).sum().sqrt()
    of_log_prob = (
        deviation * math.sqrt(2 / math.pi) / max(1.0, float(flow.bits_per_dim(images)) / 8)
    )

    many = images.expand(400, -1, -1, -1)
    inverse, log_prob = gains(flow, many, None, torch.Generator().manual_seed(0))
    torch.testing.assert_close(inverse.mean(), of_inverse, rtol=0.05, atol=0)
    torch.testing.assert_close(log_prob.mean(), of_log_prob, rtol=0.1, atol=0)


def shapes_of(flow: RealNVP) -> dict[nn.Module, torch.Size]:
    """Of what is nudged: inputs of layers, outputs of conditioners."""
    shapes: dict[nn.Module, torch.Size] = {}

    def note_input(layer: nn.Module, inputs: tuple[Tensor]) -> None:
        shapes[layer] = inputs[0].shape

    def note_output(conditioner: nn.Module, _: object, out: Tensor) -> None:
        shapes[conditioner] = out.shape

    hooks = [
        module.register_forward_hook(note_output)
        if isinstance(module, Conditioner)
        else module.register_forward_pre_hook(note_input)
        for module in flow.modules()
        if isinstance(module, Conditioner | WeightNormConv2d | nn.BatchNorm2d)
    ]
    flow.multiscale.inverse(torch.zeros(1, flow.dim, dtype=flow.dtype))
    for hook in hooks:
        hook.remove()
    return shapes


def test_every_picture_has_a_gain_of_its_own_under_its_own_labels() -> None:
    flow = randomized(small_flow(double=True, label_kind="class", num_labels=3), scale=0.7)
    images, labels = random_pictures(2), torch.arange(2)

    def squares(images: Tensor, labels: Tensor) -> Tensor:
        many, generator = images.repeat(400, 1, 1, 1), torch.Generator().manual_seed(0)
        gain = gains(flow, many, labels.repeat(400), generator)[0]
        return gain.view(400, -1).square().mean(0)

    together = squares(images, labels)
    for i in range(2):
        alone = squares(images[i : i + 1], labels[i : i + 1])
        torch.testing.assert_close(together[i : i + 1], alone, rtol=0.05, atol=0)
    assert (together / squares(images, labels.flip(0)) - 1).abs().min() > 0.1


def trainable(seed: int = 0) -> RealNVP:
    flow = small_flow(seed).requires_grad_(True).train()
    for weight in flow.parameters():
        weight.grad = torch.zeros_like(weight)
    return flow


def lengths(flow: RealNVP) -> float:
    gradients = [weight.grad for weight in flow.parameters() if weight.grad is not None]
    return float(torch.nn.utils.get_total_norm(gradients))


def test_descending_the_penalty_lowers_the_gain() -> None:
    flow = trainable()
    with torch.no_grad():  # a flow that magnifies: large s in every coupling
        for weight in flow.parameters():
            weight.mul_(4)

    def log_gain() -> float:
        kind = random_out_of_distribution(flow.config, 32, torch.Generator().manual_seed(1))
        with torch.no_grad():
            gain = gains(flow, kind.images, None, torch.Generator().manual_seed(2))[0]
        return float(gain.log().mean())

    before = log_gain()
    optimizer = make_optimizer(flow, TrainConfig(learning_rate=1e-2))
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        add_penalty_alone(flow, generator)
        optimizer.step()
    assert log_gain() < before - 1


def add_penalty_alone(flow: RealNVP, generator: torch.Generator) -> float:
    """The penalty's part as the gradient; returns the length of the one it joined."""
    others = [torch.randn(weight.shape) for weight in flow.parameters()]
    for weight, other in zip(flow.parameters(), others, strict=True):
        weight.grad = other.clone()
    length = lengths(flow)
    add_inverse_penalty(flow, random_pictures(4), None, 1e9, generator)
    for weight, other in zip(flow.parameters(), others, strict=True):
        assert weight.grad is not None
        weight.grad -= other
    return length


def test_the_penalty_is_no_longer_than_the_gradient_it_joins() -> None:
    flow = trainable()
    other = add_penalty_alone(flow, torch.Generator().manual_seed(0))
    assert 0.9 * other < lengths(flow) <= other


def test_pictures_of_the_batch_count() -> None:
    gradients = []
    for seed in range(2):
        flow = trainable()
        for weight in flow.parameters():
            weight.grad = torch.ones_like(weight)
        images = random_pictures(4, seed=seed)
        add_inverse_penalty(flow, images, None, 5.0, torch.Generator().manual_seed(0))
        gradients.append([weight.grad for weight in flow.parameters()])
    assert any(not torch.allclose(*pair) for pair in zip(*gradients, strict=True))


def test_no_bias_is_moved() -> None:
    flow = trainable()
    biases = {name: weight for name, weight in flow.named_parameters() if name.endswith("bias")}
    others = [weight for name, weight in flow.named_parameters() if name not in biases]
    for weight in flow.parameters():
        weight.grad = torch.ones_like(weight)
    add_inverse_penalty(flow, random_pictures(4), None, 5.0, torch.Generator().manual_seed(0))
    assert all(torch.equal(bias.grad, torch.ones_like(bias)) for bias in biases.values())
    assert any(not torch.equal(weight.grad, torch.ones_like(weight)) for weight in others)


def test_where_there_is_no_gradient_nothing_is_added() -> None:
    flow = trainable()
    add_inverse_penalty(flow, random_pictures(4), None, 5.0, torch.Generator().manual_seed(0))
    assert lengths(flow) == 0


def test_statistics_and_mode_stay() -> None:
    flow = trainable()
    before = {name: value.clone() for name, value in flow.named_buffers()}
    add_inverse_penalty(flow, random_pictures(4), None, 5.0, torch.Generator().manual_seed(0))
    assert flow.training
    assert not any(m._forward_pre_hooks or m._forward_hooks for m in flow.modules())
    assert all(module.training for module in flow.modules())
    for name, value in flow.named_buffers():
        assert torch.equal(value, before[name]), name


def test_one_step_of_a_few_has_the_penalty() -> None:
    config = TrainConfig(inverse_penalty=3.0)
    penalties = [inverse_penalty_at(step, config) for step in range(2 * EVERY)]
    assert penalties == 2 * [3.0, *(EVERY - 1) * [0.0]]


def test_the_penalty_sees_every_kind_of_picture() -> None:
    assert PICTURES % 4 == 0


@pytest.mark.parametrize("channels", [1, 3])
def test_out_of_distribution_pictures_are_of_four_kinds(channels: int) -> None:
    flow = small_flow(channels=channels, image_size=(12, 8))
    kind = random_out_of_distribution(flow.config, 64, torch.Generator().manual_seed(0))
    assert kind.images.shape == (64, channels, 12, 8)
    assert kind.images.dtype == torch.uint8
    noise, black_and_white, smooth, cells = (kind.images[i::4] for i in range(4))
    assert len(noise.unique()) > 200
    for two_values in (black_and_white, cells):
        assert two_values.unique().tolist() == [0, 255]
    assert roughness(smooth) < 0.5 * roughness(noise)
    assert roughness(cells) < 0.8 * roughness(black_and_white)
    for with_flat in (smooth, cells):
        assert any(len(picture[0].unique()) == 1 for picture in with_flat)


def roughness(images: Tensor) -> float:
    return float(images.float().diff(dim=-1).abs().mean())


def test_out_of_distribution_pictures_repeat_with_their_generator_and_have_labels() -> None:
    config = small_flow(label_kind="class", num_labels=3).config
    kinds = [
        random_out_of_distribution(config, 8, torch.Generator().manual_seed(s)) for s in (0, 0, 1)
    ]
    assert torch.equal(kinds[0].images, kinds[1].images)
    assert not torch.equal(kinds[0].images, kinds[2].images)
    assert kinds[0].labels is not None
    assert kinds[0].labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
