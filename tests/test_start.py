"""A flow that begins with a narrower one's weights is that one, and can become more."""

from dataclasses import replace

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.flow import RealNVP, dequantize
from realnvp.training.start import load_matching


@pytest.mark.parametrize("labels", [{}, {"label_kind": "class", "num_labels": 3}])
def test_a_wider_flow_starts_as_the_function_that_the_narrower_one_is(
    labels: dict[str, object],
) -> None:
    start = small_flow(double=True, num_blocks=2, **labels)
    torch.manual_seed(1)
    wider = RealNVP(replace(start.config, width=7)).double().eval()
    random = {name: value.clone() for name, value in wider.state_dict().items()}
    load_matching(wider, start)
    classes = torch.tensor([0, 1, 2, 0]) if labels else None
    x = dequantize(random_pictures(4), None).double()
    for was, now in zip(start(x, classes), wider(x, classes), strict=True):
        torch.testing.assert_close(now, was, rtol=1e-9, atol=1e-9)
    block = "multiscale.levels.0.transforms.0.net.blocks.0.conv_in.direction"
    assert torch.equal(wider.state_dict()[block][4:], random[block][4:])  # new maps see old ones


def test_new_maps_learn_at_once() -> None:
    wider = RealNVP(replace(small_flow().config, width=6)).train()
    load_matching(wider, small_flow())
    wider.log_prob(dequantize(random_pictures(8), None)).sum().backward()
    conv = wider.get_parameter("multiscale.levels.0.transforms.0.net.conv_out.direction")
    assert conv.grad is not None
    assert (conv.grad[:, 4:].abs() > 0).all()


@pytest.mark.parametrize("width", [4, 6])
def test_new_labels_say_nothing_at_first(width: int) -> None:
    start = small_flow(double=True)
    torch.manual_seed(1)
    config = replace(start.config, width=width, label_kind="attributes", num_labels=2)
    flow = RealNVP(config).double().eval()
    load_matching(flow, start)
    attributes = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    x = dequantize(random_pictures(4), None).double()
    for was, now in zip(start(x), flow(x, attributes), strict=True):
        torch.testing.assert_close(now, was, rtol=1e-9, atol=1e-9)
    flow.train().log_prob(x, attributes).sum().backward()
    heard = flow.get_parameter("multiscale.levels.0.transforms.0.net.from_labels.weight").grad
    assert heard is not None
    assert (heard[:4].abs() > 0).all()


def test_labels_of_other_things_do_not_match() -> None:
    start = small_flow(label_kind="class", num_labels=3)
    flow = RealNVP(replace(start.config, num_labels=4))
    load_matching(flow, start)
    named = dict(flow.named_parameters())
    labels = [value for name, value in named.items() if name.endswith("from_labels.weight")]
    assert labels
    assert not any(value.any() for value in labels)


def test_as_many_labels_of_another_meaning_do_not_match() -> None:
    names = ("a", "b", "c")
    start = small_flow(label_kind="class", num_labels=3, label_names=names)
    taken = {}
    for changes in ({}, {"label_names": ("b", "a", "c")}, {"label_kind": "attributes"}):
        flow = RealNVP(replace(start.config, **changes))
        load_matching(flow, start)
        labels = [p for name, p in flow.named_parameters() if name.endswith("from_labels.weight")]
        taken[str(changes)] = any(value.any() for value in labels)
    assert list(taken.values()) == [True, False, False]
