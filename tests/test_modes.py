"""What is asked of a flow in training mode is answered in evaluation mode, and changes nothing."""

from collections.abc import Callable

import pytest
import torch
from flows import random_pictures, small_flow
from torch import nn

from realnvp import NonFiniteError, RealNVP
from realnvp.flow import dequantize
from realnvp.training.precision import bf16_is_faster

PICTURES = random_pictures(6)
METHODS: dict[str, Callable[[RealNVP], object]] = {
    "encode": lambda flow: flow.encode(PICTURES),
    "decode": lambda flow: flow.decode(flow.draw(3, 0.7, torch.Generator().manual_seed(0))),
    "sample": lambda flow: flow.sample(3, 0.7, torch.Generator().manual_seed(0)),
    "bits_per_dim": lambda flow: flow.bits_per_dim(
        PICTURES, draws=2, generator=torch.Generator().manual_seed(0)
    ),
    "bits_per_dim_of_latents": lambda flow: flow.bits_per_dim_of_latents(
        flow.draw(3, 0.7, torch.Generator().manual_seed(0))
    ),
    "inverse": lambda flow: flow.inverse(flow.draw(3, 0.7, torch.Generator().manual_seed(0))),
}


def half_trained() -> RealNVP:
    """In training mode, but for one coupling and one batch norm far inside."""
    flow = small_flow().train()
    first, second = flow.multiscale.levels[0].transforms[0], flow.multiscale.levels[1]
    first.eval()
    next(part for part in second.modules() if isinstance(part, nn.BatchNorm2d)).eval()
    return flow


def modes(flow: RealNVP) -> dict[str, bool]:
    return {name: part.training for name, part in flow.named_modules()}


def buffers(flow: RealNVP) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in flow.named_buffers()}


@pytest.mark.parametrize("method", list(METHODS))
def test_a_flow_in_training_mode_answers_as_in_evaluation_mode(method: str) -> None:
    expected = METHODS[method](small_flow())
    flow = half_trained()
    before, stored = modes(flow), buffers(flow)
    assert torch.equal(METHODS[method](flow), expected)
    assert modes(flow) == before
    assert len(set(before.values())) == 2
    for name, value in flow.named_buffers():
        assert torch.equal(value, stored[name]), name


def test_no_byte_is_lost_in_training_mode() -> None:
    flow = small_flow().train()
    assert torch.equal(flow.decode(flow.encode(PICTURES)), PICTURES)


def test_an_answer_that_fails_puts_the_modes_back() -> None:
    flow = half_trained()
    with torch.no_grad():
        flow.get_parameter("multiscale.levels.1.transforms.0.max_log_scale").fill_(float("nan"))
    before, stored = modes(flow), buffers(flow)
    for ask in (lambda: flow.encode(PICTURES), lambda: flow.bits_per_dim(PICTURES)):
        with pytest.raises(NonFiniteError, match="level 2, coupling 1"):
            ask()
    with pytest.raises(ValueError, match="unconditional"):
        flow.encode(PICTURES, torch.zeros(6))
    assert modes(flow) == before
    for name, value in flow.named_buffers():
        assert torch.equal(value, stored[name]), name


def test_the_likelihood_that_is_trained_on_is_of_the_batch() -> None:
    x = dequantize(PICTURES, None)
    flow = small_flow()
    expected = flow.log_prob(x)
    stored = buffers(flow)
    found = flow.train().log_prob(x)
    assert not torch.allclose(found, expected)
    assert any(not torch.equal(value, stored[name]) for name, value in flow.named_buffers())


def test_a_flow_that_evaluates_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = small_flow()
    monkeypatch.setattr(nn.Module, "train", lambda *_: pytest.fail("a mode was set"))
    for method in METHODS.values():
        method(flow)


def test_choosing_a_precision_puts_the_modes_back() -> None:
    flow = half_trained().requires_grad_(True)
    before = modes(flow)
    bf16_is_faster(flow, PICTURES)
    with pytest.raises(ValueError, match="channels"):
        bf16_is_faster(flow, PICTURES[:, :1])
    assert modes(flow) == before
