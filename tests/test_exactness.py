"""What makes a flow inexact is seen, and by which of its two measures."""

import math

import pytest
import torch
from flows import small_flow

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.evaluation import MAX_BITS_ERROR, MAX_LOGIT_ERROR
from realnvp.training.exactness import ENOUGH, Exactness, exactness


def test_a_sound_flow_is_exact_enough() -> None:
    exact = exactness(small_flow(label_kind="class", num_labels=3))
    assert 0 < exact.logits < ENOUGH * MAX_LOGIT_ERROR
    assert 0 < exact.bits < ENOUGH * MAX_BITS_ERROR
    assert exact.share == ENOUGH


def test_a_wrong_way_back_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = small_flow()
    exact = exactness(flow)
    monkeypatch.setattr(FlowBatchNorm, "inverse", lambda self, y, labels=None: y)
    wrong = exactness(flow)
    assert wrong.share > 1
    assert wrong.logits > MAX_LOGIT_ERROR
    assert wrong.bits in (exact.bits, math.inf)


def test_bits_that_float32_does_not_know_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = small_flow()
    right = AffineCoupling.forward

    def off(self: AffineCoupling, x: torch.Tensor, labels: torch.Tensor | None = None) -> object:
        y, log_det = right(self, x, labels)
        return y, log_det + (1e-3 if x.dtype == torch.float32 else 0)

    monkeypatch.setattr(AffineCoupling, "forward", off)
    inexact = exactness(flow)
    couplings = sum(isinstance(part, AffineCoupling) for part in flow.modules())
    expected = couplings * 1e-3 / (flow.dim * math.log(2))
    assert inexact.bits > MAX_BITS_ERROR
    # The largest is at a picture of at most 8 bits, or all are over it and may be off by more.
    assert inexact.bits <= expected + 1e-5
    assert inexact.logits < MAX_LOGIT_ERROR


def test_lost_bytes_and_latents_that_are_not_finite_are_infinitely_wrong() -> None:
    flow = small_flow()
    with torch.no_grad():
        for part in flow.modules():
            if isinstance(part, AffineCoupling):
                part.max_log_scale.fill_(60.0)
    assert exactness(flow) == Exactness(math.inf, math.inf)


def test_errors_that_pass_are_all_the_same() -> None:
    assert Exactness(0.99 * MAX_LOGIT_ERROR, 0.6 * MAX_BITS_ERROR).share == ENOUGH
    assert Exactness(0, 0.99 * MAX_BITS_ERROR).share == ENOUGH
    assert Exactness(0, 1.01 * MAX_BITS_ERROR).share > ENOUGH


def test_the_worse_of_both_counts() -> None:
    assert Exactness(2 * MAX_LOGIT_ERROR, 0).share == pytest.approx(2)
    assert Exactness(0, 3 * MAX_BITS_ERROR).share == pytest.approx(3)
    assert Exactness(0, 0).share == ENOUGH
