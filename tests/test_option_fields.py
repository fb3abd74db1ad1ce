"""Options of a command come from the fields of a config."""

import argparse
from dataclasses import dataclass, fields
from typing import Literal

import pytest

from realnvp.commands import train
from realnvp.commands.fields import add_fields, described, option_of, values_of
from realnvp.config import ModelConfig, TrainConfig


@dataclass(frozen=True)
class Config:
    """Of a test.

    Args:
        num_maps: how many, 50 % of them
            mirrored.
        kind, other: both of a few.
        rate: peak.
        on: whether.
        either: on, off, or as it comes.

    Raises:
        ValueError: never.
    """

    num_maps: int = 3
    kind: Literal["a", "b"] = "a"
    other: Literal["c", "d"] = "d"
    rate: float | None = None
    on: bool = False
    either: bool | None = None


def parsed(*words: str) -> Config:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_fields(parser.add_argument_group("config"), Config)
    return Config(**values_of(parser.parse_args(words), Config))


def test_without_options_it_is_the_default() -> None:
    assert parsed() == Config()


def test_every_field_has_an_option_of_its_type() -> None:
    words = ["--maps", "5", "--kind", "b", "--other", "c", "--rate", "0.5", "--on", "--no-either"]
    assert parsed(*words) == Config(5, "b", "c", 0.5, True, False)
    assert parsed("--either").either is True


@pytest.mark.parametrize("words", [("--kind", "c"), ("--maps", "1.5"), ("--rate", "fast")])
def test_what_is_none_of_its_values_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises(argparse.ArgumentError, match=words[0]):
        parsed(*words)


def test_help_is_what_the_docstring_says() -> None:
    assert described(Config) == {
        "num_maps": "how many, 50 %% of them mirrored",
        "kind": "both of a few",
        "other": "both of a few",
        "rate": "peak",
        "on": "whether",
        "either": "on, off, or as it comes",
    }
    for config in (ModelConfig, TrainConfig):
        assert set(described(config)) == {field.name for field in fields(config)}


def test_a_training_can_be_given_every_field_of_its_config() -> None:
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    known = {option for action in parser._actions for option in action.option_strings}
    assert {option_of(field.name) for field in fields(TrainConfig)} <= known
    options = parser.parse_args(["x.npz", "--name", "x", "--clip", "7", "--beta2", "0.99"])
    assert values_of(options, TrainConfig)["clip"] == 7.0
    assert TrainConfig(**values_of(options, TrainConfig)) == TrainConfig(clip=7.0, beta2=0.99)
