"""What is shown of a ledger adds up to the last digit, at every depth."""

from decimal import Decimal

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.bits_by_part import Ledger, ledger_of
from realnvp.explore.bits_table import statement_of


@pytest.fixture(scope="module")
def ledgers() -> list[Ledger]:
    return [
        ledger_of(small_flow(seed, num_levels=levels), random_pictures(2, seed=seed))
        for seed, levels in enumerate((1, 2, 3, 3))
    ]


@pytest.mark.parametrize("decimals", [0, 1, 3, 6])
def test_lines_add_up_to_the_total_and_parts_to_their_line(
    decimals: int, ledgers: list[Ledger]
) -> None:
    for ledger in ledgers:
        for row in (0, 1):
            statement = statement_of(ledger, row=row, decimals=decimals)
            assert sum(line.value for line in statement.lines) == statement.total
            for line in statement.lines:
                assert not line.parts or sum(part.value for part in line.parts) == line.value


def test_the_total_is_the_bits_per_dim_of_the_flow() -> None:
    flow, image = small_flow(double=True), random_pictures(1)
    statement = statement_of(ledger_of(flow, image))
    assert statement.total == Decimal(f"{float(flow.bits_per_dim(image)):.3f}")


def test_a_total_from_elsewhere_is_kept_to_its_last_digit() -> None:
    ledger = ledger_of(small_flow(), random_pictures(1))
    exact = float(ledger.bits_per_dim.sum())
    for shift in (-0.0009, 0.0, 0.0009):
        statement = statement_of(ledger, exact + shift)
        assert statement.total == Decimal(f"{exact + shift:.3f}")
        assert sum(line.value for line in statement.lines) == statement.total
    with pytest.raises(ValueError, match="add up"):
        statement_of(ledger, exact + 1)


def test_no_shown_value_is_a_unit_or_more_from_the_exact_one(ledgers: list[Ledger]) -> None:
    for ledger in ledgers:
        statement = statement_of(ledger)
        exact = dict(zip(ledger.entries, ledger.bits_per_dim[0].tolist(), strict=True))
        for line in statement.lines:
            parts = [part.entry for part in line.parts] or [line.entry]
            assert abs(float(line.value) - sum(exact[entry] for entry in parts)) < 0.001 + 1e-9
            for part in line.parts:
                assert abs(float(part.value) - exact[part.entry]) < 0.002


def test_every_entry_of_the_ledger_is_in_it_once() -> None:
    ledger = ledger_of(small_flow(), random_pictures(1))
    statement = statement_of(ledger)
    shown = [e for line in statement.lines for e in [p.entry for p in line.parts] or [line.entry]]
    assert sorted(shown, key=str) == sorted(ledger.entries, key=str)
    assert [line.entry.name for line in statement.lines] == [
        entry.name for entry in ledger.by_level().entries
    ]


def test_a_line_of_couplings_is_minus_their_log_det() -> None:
    flow, image = small_flow(double=True), random_pictures(1)
    h, _ = flow.logit(image.double() + 0.5)
    steps = list(flow.multiscale.trace(h))
    log_dets = {step.name: float(step.log_det) for step in steps if step.log_det is not None}
    statement = statement_of(ledger_of(flow, image), decimals=6)
    unit = flow.dim * float(torch.log(torch.tensor(2.0, dtype=torch.float64)))
    for line in statement.lines:
        for part in line.parts:
            assert float(part.value) == pytest.approx(-log_dets[part.entry.name] / unit, abs=3e-6)
