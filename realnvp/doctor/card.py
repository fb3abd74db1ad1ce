"""The card against the files and the data."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import torch

from realnvp.checkpoint import WEIGHTS
from realnvp.data import ImageSet
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.doctor.finding import Finding
from realnvp.evaluation import evaluate
from realnvp.model_files import weights_hash
from realnvp.synthetic_pictures import Kind

SLACK = 0.005  # bits/dim that half-precision weights or another machine may cost


def check_hash(path: Path, card: dict[str, object]) -> Iterator[Finding]:
    """The file of weights is the one that the card was measured on."""
    said = card.get("weights_sha256")
    measured = weights_hash(path)
    if said is None:
        yield Finding("SHA-256 of the weights", None, measured[:12], where="the card has none")
        return
    same = measured == said
    yield Finding("SHA-256 of the weights", same, measured[:12], str(said)[:12], where=WEIGHTS)


def check_quantiles(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """101 numbers in ascending order, which rank a picture among the test set."""
    check = "quantiles of the test set"
    values = tested.card.get("test_quantiles")
    if values is None:
        yield Finding(check, None, where="the card has none")
        return
    numbers = [v for v in values if _is_number(v)] if isinstance(values, list) else []
    whole = len(numbers) == 101 and numbers == sorted(numbers) and numbers == values
    yield Finding(check, whole, len(numbers), "101, ascending", "numbers")


def choose(tested: CheckpointUnderTest, data: ImageSet, count: int) -> Kind:
    """`count` of the test pictures, always the same ones, in an order by chance.

    Raises:
        ValueError: if the model cannot take them.
    """
    config = tested.flow.config
    if (data.channels, data.size) != (config.channels, config.image_size):
        theirs = "x".join(str(side) for side in (data.channels, *data.size))
        ours = "x".join(str(side) for side in (config.channels, *config.image_size))
        raise ValueError(f"pictures of {data.name} are {theirs}, the model's {ours}")
    if len(data.test) < 2:
        raise ValueError(f"{data.name} has fewer than two test pictures")
    order = torch.randperm(len(data.test), generator=torch.Generator().manual_seed(0))[:count]
    labels = None
    if config.label_kind:
        if data.test_labels is None:
            raise ValueError(f"{data.name} has no labels, and this model wants them")
        labels = torch.from_numpy(data.test_labels)[order]
    return Kind(f"{data.name}, test", torch.from_numpy(data.test)[order], labels)


def check_bits(tested: CheckpointUnderTest, kind: Kind) -> Iterator[Finding]:
    """bits/dim of test pictures against the card: within three standard errors of this measure."""
    measured = evaluate(tested.flow, kind.images, kind.labels)
    said = tested.card.get("test_bits_per_dim")
    where = f"{measured} on {kind.name}"
    if not _is_number(said):
        yield Finding("bits/dim against the card", None, measured.mean, where=where)
        return
    limit = 3 * measured.standard_error + SLACK
    difference = abs(measured.mean - said)
    yield Finding(
        "bits/dim against the card", difference <= limit, difference, limit, "bits/dim off", where
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) < 1e15  # JSON has whole numbers beyond
