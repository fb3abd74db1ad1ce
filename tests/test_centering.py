"""Centering changes what the numbers look like on the way, and nothing that comes out."""

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp import RealNVP
from realnvp.coupling import FlowBatchNorm
from realnvp.evaluation import round_trip
from realnvp.flow import dequantize
from realnvp.training.centering import center_shifts


def norms(flow: RealNVP) -> list[FlowBatchNorm]:
    return [module for module in flow.modules() if isinstance(module, FlowBatchNorm)]


@pytest.mark.parametrize("training", [False, True])
def test_the_flow_stays_the_same_function(training: bool) -> None:
    flow, twin = (small_flow(double=True, num_levels=2).train(training) for _ in range(2))
    center_shifts(flow)
    x = dequantize(random_pictures(4), torch.Generator().manual_seed(0)).double()
    for found, expected in zip(flow(x), twin(x), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-10)
    if not training:  # there each has moved its running statistics by now
        torch.testing.assert_close(flow.inverse(flow(x)[0]), x)


def test_all_means_are_zero_and_every_coupling_s_shift_has_taken_its_own() -> None:
    flow, twin = small_flow(), small_flow()
    center_shifts(flow)
    assert norms(flow)
    for norm in norms(flow):
        assert not norm.running_mean.any()
    before = dict(twin.named_parameters())
    for name, weight in flow.named_parameters():
        moved = not torch.equal(weight, before[name])
        assert moved == name.endswith("net.conv_out.bias"), name


def test_a_large_constant_no_longer_costs_precision() -> None:
    flow = small_flow()
    for norm in norms(flow):
        changed = norm.mask.changed_channels(len(norm.running_mean))
        amount = norm.mask.place(torch.full((1, changed, 2, 2), 1000.0))
        norm.running_mean += amount[0].amax(dim=(1, 2), keepdim=True)
    for name, bias in flow.named_parameters():
        if name.endswith("net.conv_out.bias"):
            bias[len(bias) // 2 :] += 1000
    before = round_trip(flow, random_pictures(8)).logits
    center_shifts(flow)
    assert round_trip(flow, random_pictures(8)).logits < before / 20
