"""A rank is the inverse of the quantiles it is read from."""

import pytest
import torch

from realnvp.explore.rank import Rank, rank, rank_agreement, rank_of

EVEN = tuple(2.0 + 0.03 * k for k in range(101))


@pytest.mark.parametrize("percent", [0, 12.3, 50, 99.9, 100])
def test_of_evenly_spread_references_a_rank_is_a_share(percent: float) -> None:
    found = rank(2 + 0.03 * percent, EVEN)
    assert found.percentile == pytest.approx(percent)
    assert found.side == 0


def test_of_normal_references_a_rank_is_the_normal_distribution() -> None:
    at = torch.linspace(0.001, 0.999, 101, dtype=torch.float64)
    quantiles = torch.special.ndtri(at).tolist()
    for value in (-1.0, 0.0, 0.5, 2.0):
        expected = float(torch.special.ndtr(torch.tensor(value, dtype=torch.float64)))
        share = (expected - 0.001) / 0.998
        assert rank(value, quantiles).percentile == pytest.approx(100 * share, abs=0.1)


def test_quantiles_of_values_lead_back_to_their_ranks(generator: torch.Generator) -> None:
    values = torch.rand(1001, generator=generator, dtype=torch.float64)
    at = torch.linspace(0, 1, 101, dtype=torch.float64)
    quantiles = torch.quantile(values, at).tolist()
    ordered = values.sort().values
    for index in (0, 10, 500, 990, 1000):
        assert rank(float(ordered[index]), quantiles).percentile == pytest.approx(index / 10)


def test_values_beyond_the_references_are_clamped_and_say_so() -> None:
    assert rank(1.9, EVEN) == Rank(0.0, -1)
    assert rank(5.1, EVEN) == Rank(100.0, 1)


def test_equal_quantiles_share_their_middle() -> None:
    assert rank(2.0, [1.0, 2.0, 2.0, 2.0, 3.0]).percentile == 50
    assert rank(1.0, [1.0, 1.0, 2.0]).percentile == 25
    assert rank(7.0, [7.0, 7.0]) == Rank(50.0, 0)


@pytest.mark.parametrize(
    ("value", "quantiles", "message"),
    [
        (1.0, [1.0], "at least 2"),
        (1.0, [], "at least 2"),
        (1.0, [2.0, 1.0], "smallest to the largest"),
        (float("nan"), [1.0, 2.0], "finite"),
        (1.0, [1.0, float("nan")], "finite"),
        (1.0, [1.0, float("inf")], "finite"),
    ],
)
def test_references_that_give_no_rank_are_refused(
    value: float, quantiles: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rank(value, quantiles)


def test_ranks_that_agree_have_correlation_one_and_reversed_ones_minus_one() -> None:
    assert rank_agreement([0.1, 5.0, 2.0], [3, 40, 7]) == 1
    assert rank_agreement([0.1, 5.0, 2.0], [40, 3, 7]) == -1


def test_rank_agreement_is_the_correlation_of_the_ranks() -> None:
    values = torch.rand(2, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    ranks = values.argsort(dim=1).argsort(dim=1).double()
    expected = float(torch.corrcoef(ranks)[0, 1])
    assert rank_agreement(*values.tolist()) == pytest.approx(expected)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    # Ranks 1.5, 1.5, 3 and 1, 2, 3: from their means -0.5, -0.5, 1 and -1, 0, 1.
    assert rank_agreement([4, 4, 9], [1, 2, 3]) == pytest.approx(1.5 / (1.5 * 2) ** 0.5)
    assert rank_agreement([7, 4, 4, 9], [7, 4, 4, 9]) == 1
    assert rank_agreement([7, 4, 4, 9], [-7, -4, -4, -9]) == -1


def test_the_order_of_the_lists_does_not_matter() -> None:
    first, second = [0, 0, 0, 2, 5, 5], [3, 1, 1, 2, 9, 4]
    turned = rank_agreement(first[::-1], second[::-1])
    assert rank_agreement(first, second) == pytest.approx(turned)


def test_equal_numbers_agree_with_nothing() -> None:
    assert rank_agreement([3, 3, 3], [1, 2, 3]) == 0
    assert rank_agreement([3, 3], [3, 3]) == 0


@pytest.mark.parametrize(("first", "second"), [([1.0], [1.0]), ([1.0, 2.0], [1.0, 2.0, 3.0])])
def test_ranks_of_one_or_of_unequal_lists_are_refused(
    first: list[float], second: list[float]
) -> None:
    with pytest.raises(ValueError, match="one length"):
        rank_agreement(first, second)


@pytest.mark.parametrize(
    ("quantiles", "words"),
    [
        ([0, 10], "40 % need fewer bits"),
        ([4.5, 5], "none needs fewer bits"),
        ([1, 2], "all need fewer bits"),
        ([4, 10], "1 % need fewer bits"),
        ([0, 4], "99 % need fewer bits"),
    ],
)
def test_a_rank_is_said_in_words(quantiles: list[float], words: str) -> None:
    place = rank_of(4, quantiles)
    assert place is not None
    assert place.in_words() == words
    assert Rank(0.2, 0).in_words() == "1 % need fewer bits"


@pytest.mark.parametrize("odd", [None, "many", [], [1], [2, 1], ["a", "b"], [0, float("nan")], {}])
def test_quantiles_that_are_none_give_no_rank(odd: object) -> None:
    assert rank_of(4.0, odd) is None


def test_a_number_that_no_float_holds_gives_no_rank() -> None:
    assert rank_of(3.0, [1, 10**400]) is None
