"""Labels by their names: as a recipe has them, and as people read them."""

from typing import Any

import pytest
import torch

from realnvp import ModelConfig
from realnvp.labels import label_entry, label_words, labels_of

CLASSES = ModelConfig(label_kind="class", num_labels=3)
ATTRIBUTES = ModelConfig(
    label_kind="attributes", num_labels=3, label_names=("Smiling", "Hat", "Old")
)


def test_an_attribute_in_part_is_written_as_the_nearer_of_there_and_not() -> None:
    labels = torch.tensor([[0.49, 0.5, 1.0]])
    assert label_entry(ATTRIBUTES, labels) == {"label": ["Hat", "Old"]}


@pytest.mark.parametrize(
    ("config", "labels", "words"),
    [
        (ModelConfig(), None, ""),
        (CLASSES, torch.tensor([2]), "2"),
        (ATTRIBUTES, torch.zeros(1, 3), "none"),
        (ATTRIBUTES, torch.tensor([[1.0, 0.0, 1.0]]), "Smiling, Old"),
        (ATTRIBUTES, torch.tensor([[0.375, 0.0, 1.0]]), "Smiling 38 %, Old"),
        (ATTRIBUTES, torch.tensor([[1e-9, 0.999, 0.0]]), "Smiling 1 %, Hat 99 %"),
    ],
)
def test_what_a_model_is_told_is_said_in_words(
    config: ModelConfig, labels: Any, words: str
) -> None:
    assert label_words(config, labels) == words


def test_words_of_whole_attributes_are_the_names_that_make_them() -> None:
    labels = labels_of(ATTRIBUTES, ["Smiling", "Old"], 1)
    assert label_words(ATTRIBUTES, labels) == "Smiling, Old"
