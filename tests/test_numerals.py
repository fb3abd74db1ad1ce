"""Numbers for people have a real minus sign, and a zero has none."""

from decimal import Decimal

import pytest

from realnvp.numerals import numeral


@pytest.mark.parametrize(
    ("value", "form", "told"),
    [
        (-1.25, ".2f", "−1.25"),
        (1.25, ".2f", "1.25"),
        (-0.0004, ".3f", "0.000"),
        (-0.0, ".2f", "0.00"),
        (-0.04, "+.1f", "+0.0"),
        (2.0, "+.1f", "+2.0"),
        (-1234.5, "+,.1f", "−1,234.5"),
        (Decimal("-2.575"), "+", "−2.575"),
        (Decimal("5.525"), "", "5.525"),
    ],
)
def test_a_number_is_written_for_people(value: float | Decimal, form: str, told: str) -> None:
    assert numeral(value, form) == told
