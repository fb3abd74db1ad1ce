"""Everything runs on a device without float64, and counts in float64 all the same."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
import torch
from flows import small_flow
from no_float64 import DEVICE, NoFloat64

from realnvp import RealNVP
from realnvp.collection.score import score
from realnvp.evaluation import round_trip
from realnvp.explore.bits_by_part import bits_by_part
from realnvp.explore.report import report_on
from realnvp.explore.trace import trace
from realnvp.inference import fold
from realnvp.training.exactness import exactness
from realnvp.training.soap import _eigenvectors

IMAGES = torch.zeros(2, 3, 8, 8, dtype=torch.uint8)


USES: dict[str, Callable[[RealNVP], object]] = {
    "encode": lambda flow: flow.encode(IMAGES),
    "decode": lambda flow: flow.decode(torch.zeros(2, 192)),
    "bits/dim": lambda flow: flow.bits_per_dim(IMAGES),
    "bits/dim of latents": lambda flow: flow.bits_per_dim_of_latents(torch.zeros(2, 192)),
    "folding": fold,
    "a folded flow": lambda flow: fold(flow).bits_per_dim(IMAGES),
    "a folded flow, moved": lambda flow: fold(flow.cpu()).to(DEVICE).decode(torch.zeros(2, 192)),
    "a report": lambda flow: report_on(flow, IMAGES[:1]),
    "a collection": lambda flow: score(flow, ["a"], [IMAGES[:1]], None, 2),
    "a trace": lambda flow: list(trace(flow, IMAGES[:1])),
    "bits by part": lambda flow: bits_by_part(flow, IMAGES[:1]),
    "round trip": lambda flow: round_trip(flow, IMAGES),
    "exactness": exactness,
    "the first bases of SOAP": lambda flow: _eigenvectors(torch.ones(2, 3, 3, device=DEVICE)),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_device_needs_no_float64(
    use: Callable[[RealNVP], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "isfinite", lambda x: torch.ones(x.shape, dtype=torch.bool))
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # knows no such device
    with NoFloat64():
        use(small_flow().to(DEVICE))


def test_the_device_refuses_float64() -> None:
    with NoFloat64(), pytest.raises(TypeError, match="float64"):
        torch.zeros(2, device=DEVICE).double()
