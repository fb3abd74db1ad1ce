"""Two processes train what one would, write once, stop together and resume in any number."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from flows import randomized
from safetensors.torch import load_file
from small_runs import WITH_BLOCKS, data, log_of
from torch import Tensor
from two_processes import (
    SIZE,
    STEPS,
    inputs,
    likelihood_of,
    measured,
    norms,
    start,
    train_until,
    training_flow,
)

from realnvp import RealNVP
from realnvp.training import Distributed, Run
from realnvp.training.state import STATE

Results = list[tuple[dict[str, Tensor], dict]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`alone` and `together`: two steps of one process, two of one or both, the last two of one."""
    folder = tmp_path_factory.mktemp("runs")
    _two_steps(folder / "alone")
    shutil.copytree(folder / "alone", folder / "together")
    start(folder)
    _two_steps(folder / "alone")
    for name in ("alone", "together"):
        shutil.copytree(folder / name, folder / f"{name} after 4")
        _two_steps(folder / name)
    return folder


def _two_steps(folder: Path) -> None:
    # From random weights: a fresh flow starts as the identity, and most gradients as zero.
    run = Run(folder, data(), WITH_BLOCKS, STEPS, "cpu", randomized(RealNVP(WITH_BLOCKS)))
    train_until(run, run.clock.step + 2, lambda: run._stop(0, None))


@pytest.fixture(scope="module")
def results(runs: Path) -> Results:
    return [
        (load_file(runs / f"{r}.safetensors"), json.loads((runs / f"{r}.json").read_text()))
        for r in range(SIZE)
    ]


def _named(results: Results, prefix: str) -> list[dict[str, Tensor]]:
    return [
        {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        for tensors, _ in results
    ]


@pytest.mark.parametrize("kind", range(3), ids=["conditioner's", "checkerboard", "channels"])
def test_a_shared_norm_is_the_norm_of_the_whole_batch(kind: int, results: Results) -> None:
    norm = norms()[kind]
    x, weigh = inputs(norm)
    whole = measured(norm, x, weigh, slice(None))
    first, second = _named(results, f"norm {kind} ")
    assert first.keys() == whole.keys()
    for name, expected in whole.items():
        if name in ("y", "gradient"):
            found = torch.cat([first[name], second[name]])
        elif "gradient" in name:  # of weights: each process has its rows' part
            found = first[name] + second[name]
        else:
            assert torch.equal(first[name], second[name])
            found = first[name]
        torch.testing.assert_close(found, expected, atol=1e-11, rtol=1e-11, msg=name)


def test_gradients_of_two_are_those_of_one(results: Results) -> None:
    whole = likelihood_of(training_flow(), Distributed())
    for found in _named(results, "flow "):
        assert found.keys() == whole.keys()
        for name, expected in whole.items():
            torch.testing.assert_close(found[name], expected, atol=1e-10, rtol=1e-8, msg=name)


def test_two_see_the_losses_of_one_and_log_them_once(runs: Path) -> None:
    alone, together = log_of(runs / "alone"), log_of(runs / "together")
    assert [line["step"] for line in together] == [line["step"] for line in alone]
    assert {3, 4, 6} <= {line["step"] for line in together}
    assert max(line["gradient_norm"] for line in alone) > STEPS.clip
    for name in ("train_bits_per_dim", "validation_bits_per_dim", "gradient_norm"):
        found, expected = ([line[name] for line in log] for log in (together, alone))
        assert found == pytest.approx(expected, rel=1e-4), name


@pytest.mark.parametrize("moment", [" after 4", ""])
def test_two_come_to_the_state_of_one_and_one_goes_on_from_it(moment: str, runs: Path) -> None:
    alone, together = (
        load_file(runs / f"{name}{moment}" / STATE) for name in ("alone", "together")
    )
    assert alone.keys() == together.keys()
    assert torch.equal(alone["generator"], together["generator"])
    compared = 0
    for name, _ in RealNVP(WITH_BLOCKS).named_parameters():
        gradient = f"adam.{name}.exp_avg"
        torch.testing.assert_close(together[gradient], alone[gradient], atol=1e-5, rtol=1e-4)
        # Where a batch norm takes a shift away, Adam follows rounding errors with whole steps.
        steady = alone[f"adam.{name}.exp_avg_sq"].sqrt() > 1e-5
        for kind in ("flow", "average"):
            found, expected = (state[f"{kind}.{name}"][steady] for state in (together, alone))
            torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4, msg=name)
        compared += int(steady.sum())
    assert compared > 1000


def test_a_signal_to_one_stops_both_after_the_same_step(results: Results) -> None:
    assert [said["resumes"] for _, said in results] == [4, 4]


def test_other_images_are_refused_by_both(results: Results) -> None:
    for _, said in results:
        changed, different = said["images"]
        assert "other training images (128 then, 127 now)" in changed
        assert different == "stripes: not all processes see the same training images"


def test_the_first_ones_clock_is_everybodys(results: Results) -> None:
    first, second = (said["timed"] for _, said in results)
    assert first == second
    assert first[0] > 0
    assert first[1] < 9999


def test_only_the_first_writes(runs: Path, results: Results) -> None:
    first, second = (
        {path.name for path in (runs / "timed" / rank).rglob("*") if path.is_file()}
        for rank in "01"
    )
    assert {STATE, "log.jsonl", "progress.jsonl", "model.safetensors"} <= first
    assert not second


def test_a_fault_in_one_share_is_named_by_both(results: Results) -> None:
    assert [said["complaint"] for _, said in results] == [
        "logit gave 16 values that are not finite"
    ] * SIZE


def test_what_the_first_decides_holds_for_all(results: Results) -> None:
    for _, said in results:
        assert said["from_first"] == 0
        assert said["all_same"] == [True, False]


def _member(rank: int, size: int) -> Distributed:
    distributed = Distributed()
    distributed.rank, distributed.size = rank, size
    return distributed


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_shares_cover_the_batch_without_overlap(size: int) -> None:
    batch = torch.arange(12).view(6, 2)
    shares = [_member(rank, size).share(batch) for rank in range(size)]
    assert torch.equal(torch.cat(shares), batch)
    assert len({len(share) for share in shares}) == 1


def test_a_batch_that_cannot_be_shared_equally_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^--batch-size 16 must be divisible by 3 processes$"):
        Run(tmp_path, data(), WITH_BLOCKS, STEPS, "cpu", distributed=_member(0, 3))
