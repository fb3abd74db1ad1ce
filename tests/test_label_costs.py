"""Costs under other labels are differences of bits, and say what Bayes' rule would."""

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.config import ModelConfig
from realnvp.explore.label_costs import label_costs, other_labels


def test_classes_are_tried_in_turn() -> None:
    flow = small_flow(double=True, label_kind="class", num_labels=4)
    image, labels = random_pictures(1), torch.tensor([2])
    costs = label_costs(flow, image, labels)
    for index in range(4):
        change = flow.bits_per_dim(image, torch.tensor([index])) - flow.bits_per_dim(image, labels)
        assert float(costs[index]) == pytest.approx(192 * float(change), abs=1e-6)
    assert float(costs[2]) == pytest.approx(0, abs=1e-6)


def test_costs_are_the_odds_of_the_classes() -> None:
    flow = small_flow(double=True, label_kind="class", num_labels=4)
    image = random_pictures(1)
    costs = label_costs(flow, image, torch.tensor([0]))
    x = image.double() + 0.5
    log_probs = flow.log_prob(x.expand(4, -1, -1, -1), torch.arange(4))
    expected = log_probs.softmax(0)
    torch.testing.assert_close(torch.softmax(-costs * torch.log(torch.tensor(2.0)), 0), expected)


def test_attributes_are_turned_one_at_a_time() -> None:
    config = ModelConfig(label_kind="attributes", num_labels=3)
    turned = other_labels(config, torch.tensor([[1.0, 0.0, 1.0]]))
    assert turned.tolist() == [[0, 0, 1], [1, 1, 1], [1, 0, 0]]
    flow = small_flow(double=True, label_kind="attributes", num_labels=3)
    image, labels = random_pictures(1), torch.tensor([[1.0, 0.0, 1.0]])
    costs = label_costs(flow, image, labels)
    under = flow.bits_per_dim(image.expand(3, -1, -1, -1), turned)
    torch.testing.assert_close(costs, 192 * (under - flow.bits_per_dim(image, labels)))
