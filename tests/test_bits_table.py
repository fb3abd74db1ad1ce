"""What is shown of bits by part adds up to the last digit, at every depth."""

from decimal import Decimal

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.bits_by_part import BitsByPart, bits_by_part
from realnvp.explore.bits_table import bits_table


@pytest.fixture(scope="module")
def bits_of_pictures() -> list[BitsByPart]:
    return [
        bits_by_part(small_flow(seed, num_levels=levels), random_pictures(2, seed=seed))
        for seed, levels in enumerate((1, 2, 3, 3))
    ]


@pytest.mark.parametrize("decimals", [0, 1, 3, 6])
def test_lines_add_up_to_the_total_and_parts_to_their_line(
    decimals: int, bits_of_pictures: list[BitsByPart]
) -> None:
    for by_part in bits_of_pictures:
        for row in (0, 1):
            table = bits_table(by_part, row=row, decimals=decimals)
            assert sum(line.value for line in table.lines) == table.total
            for line in table.lines:
                assert not line.parts or sum(part.value for part in line.parts) == line.value


def test_the_total_is_the_bits_per_dim_of_the_flow() -> None:
    flow, image = small_flow(double=True), random_pictures(1)
    table = bits_table(bits_by_part(flow, image))
    assert table.total == Decimal(f"{float(flow.bits_per_dim(image)):.3f}")


def test_a_total_from_elsewhere_is_kept_to_its_last_digit() -> None:
    by_part = bits_by_part(small_flow(), random_pictures(1))
    exact = float(by_part.bits_per_dim.sum())
    for shift in (-0.0009, 0.0, 0.0009):
        table = bits_table(by_part, exact + shift)
        assert table.total == Decimal(f"{exact + shift:.3f}")
        assert sum(line.value for line in table.lines) == table.total
    with pytest.raises(ValueError, match="add up"):
        bits_table(by_part, exact + 1)


def test_no_shown_value_is_a_unit_or_more_from_the_exact_one(
    bits_of_pictures: list[BitsByPart],
) -> None:
    for by_part in bits_of_pictures:
        table = bits_table(by_part)
        exact = dict(zip(by_part.terms, by_part.bits_per_dim[0].tolist(), strict=True))
        for line in table.lines:
            parts = [part.term for part in line.parts] or [line.term]
            assert abs(float(line.value) - sum(exact[term] for term in parts)) < 0.001 + 1e-9
            for part in line.parts:
                assert abs(float(part.value) - exact[part.term]) < 0.002


def test_every_term_is_in_it_once() -> None:
    by_part = bits_by_part(small_flow(), random_pictures(1))
    table = bits_table(by_part)
    shown = [e for line in table.lines for e in [p.term for p in line.parts] or [line.term]]
    assert sorted(shown, key=str) == sorted(by_part.terms, key=str)
    assert [line.term.name for line in table.lines] == [
        term.name for term in by_part.by_level().terms
    ]


def test_a_line_of_couplings_is_minus_their_log_det() -> None:
    flow, image = small_flow(double=True), random_pictures(1)
    h, _ = flow.logit(image.double() + 0.5)
    steps = list(flow.multiscale.trace(h))
    log_dets = {step.name: float(step.log_det) for step in steps if step.log_det is not None}
    table = bits_table(bits_by_part(flow, image), decimals=6)
    unit = flow.dim * float(torch.log(torch.tensor(2.0, dtype=torch.float64)))
    for line in table.lines:
        for part in line.parts:
            assert float(part.value) == pytest.approx(-log_dets[part.term.name] / unit, abs=3e-6)
