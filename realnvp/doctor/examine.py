"""All checks, one after the other."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch

from realnvp.checkpoint import CheckpointError, load_folder
from realnvp.data import ImageSet
from realnvp.doctor.card import check_bits, check_hash, check_quantiles, choose
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.doctor.finding import Finding, listed
from realnvp.doctor.layers import check_inverses, check_log_dets
from realnvp.doctor.statistics import IMAGES, check_statistics, check_variances
from realnvp.doctor.whole import check_precision, check_round_trips, check_samples
from realnvp.flow import RealNVP
from realnvp.nets import parameter_count
from realnvp.transforms import NonFiniteError

Check = Callable[[], Iterator[Finding]]


def examine(
    checkpoint: RealNVP | Path, *, data: ImageSet | None = None, images: int = 1000
) -> list[Finding]:
    """What every check found; see `findings`."""
    return list(findings(checkpoint, data=data, images=images))


def findings(
    checkpoint: RealNVP | Path, *, data: ImageSet | None = None, images: int = 1000
) -> Iterator[Finding]:
    """The checks of a checkpoint, each as soon as it is made, on the CPU.

    Files, weights, samples, the round trip, float32 against float64, the inverse and the
    log-det of each layer, batch-norm statistics, the card. What cannot be loaded ends the list.

    Args:
        checkpoint: a folder, or a flow, which is not changed; of a flow no files are checked.
        data: the image set of the card, at the model's size, for bits/dim and the statistics.
        images: test pictures to take of it, at least 2.

    Raises:
        ValueError: if the model cannot take the data.
    """
    examples = None
    if isinstance(checkpoint, Path):
        examples = checkpoint / "examples"
        try:
            flow = load_folder(checkpoint)
        except CheckpointError as error:
            yield Finding("files can be loaded", False, where=str(error))
            return
        yield Finding("files can be loaded", True)
        yield from check_hash(checkpoint, flow.card)
    else:
        flow = checkpoint
    tested = CheckpointUnderTest(flow, examples)
    kind = choose(tested, data, max(2, images)) if data else None
    yield from _check_weights(tested)
    few = kind.part(IMAGES) if kind else None
    checks: dict[str, Check] = {
        "running variances": partial(check_variances, tested),
        "draws samples": partial(check_samples, tested),
        "round trip": partial(check_round_trips, tested),
        "float32 against float64": partial(check_precision, tested),
        "inverse of each layer": partial(check_inverses, tested),
        "log-det of each layer": partial(check_log_dets, tested),
        "batch statistics": partial(check_statistics, tested, few),
        "quantiles": partial(check_quantiles, tested),
    }
    if kind:
        checks["bits/dim"] = partial(check_bits, tested, kind)
    for name, check in checks.items():
        try:
            yield from check()
        except NonFiniteError as error:
            yield Finding(name, False, "not finite", where=str(error))


def _check_weights(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """All of them finite, and as many as the card says."""
    bad = [name for name, t in tested.flow.state_dict().items() if not torch.isfinite(t).all()]
    yield Finding("weights are finite", not bad, len(bad), 0, "tensors wrong", listed(bad))
    count = parameter_count(tested.flow)
    if (said := tested.card.get("parameters")) is not None:
        yield Finding("parameters as the card says", count == said, count, str(said))
