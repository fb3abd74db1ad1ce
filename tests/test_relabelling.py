"""Labels other than a picture's own."""

import torch
from flows import random_pictures, small_flow

from realnvp import ModelConfig
from realnvp.explore.relabelling import other_labels


def test_a_class_can_become_every_class() -> None:
    config = ModelConfig(label_kind="class", num_labels=4)
    assert other_labels(config, torch.tensor([2])).tolist() == [0, 1, 2, 3]


def test_attributes_are_flipped_one_at_a_time() -> None:
    config = ModelConfig(label_kind="attributes", num_labels=3)
    labels = torch.tensor([[1.0, 0.0, 1.0]])
    expected = [[1, 0, 1], [0, 0, 1], [1, 1, 1], [1, 0, 0]]
    assert other_labels(config, labels).tolist() == expected


def test_an_attribute_in_part_goes_to_the_farther_end() -> None:
    config = ModelConfig(label_kind="attributes", num_labels=3)
    labels = torch.tensor([[0.25, 0.5, 1.0]])
    expected = [[0.25, 0.5, 1], [1, 0.5, 1], [0.25, 0, 1], [0.25, 0.5, 0]]
    assert other_labels(config, labels).tolist() == expected


def test_there_are_no_more_than_the_limit() -> None:
    classes = ModelConfig(label_kind="class", num_labels=9)
    assert other_labels(classes, torch.tensor([8]), limit=3).tolist() == [0, 1, 2]
    attributes = ModelConfig(label_kind="attributes", num_labels=9)
    rows = other_labels(attributes, torch.zeros(1, 9), limit=2)
    assert rows.shape == (3, 9)
    assert rows.sum(1).tolist() == [0, 1, 1]


def test_the_own_label_gives_the_picture_back_and_another_does_not() -> None:
    flow, picture = small_flow(label_kind="class", num_labels=3), random_pictures(1)
    own = torch.tensor([1])
    labels = other_labels(flow.config, own)
    decoded = flow.decode(flow.encode(picture, own).repeat(3, 1), labels)
    assert [torch.equal(image, picture[0]) for image in decoded] == [False, True, False]
