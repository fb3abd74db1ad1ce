"""Discs are painted as they are written, and what cannot be a disc is refused or brought near."""

import math

import pytest
import torch

from realnvp.explore.brush import (
    MAX_DISCS,
    BrushError,
    clamped,
    from_text,
    painted,
    to_text,
    with_stroke,
)
from realnvp.explore.pixel_masks import disc_mask

SIZE = (8, 12)


def test_painted_is_the_union_of_the_discs() -> None:
    first, second = (2.0, 3.0, 2.0), (6.0, 9.0, 1.5)
    union = disc_mask(*first, SIZE) | disc_mask(*second, SIZE)
    assert torch.equal(painted([first, second], SIZE), union)
    assert 0 < union.sum() < union.numel()


def test_nothing_painted_is_no_pixel() -> None:
    assert not painted([], SIZE).any()


def test_text_gives_the_same_discs_back() -> None:
    discs = [(2.0, 3.5, 2.0), (8.0, 0.0, 0.5)]
    assert to_text(discs) == "2 3.5 2, 8 0 0.5"
    assert from_text(to_text(discs), SIZE) == discs


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_empty_text_is_nothing_painted(text: str) -> None:
    assert from_text(text, SIZE) == []


@pytest.mark.parametrize(
    "text", ["1 2", "1 2 3 4", "a b c", "1 2 nan", "inf 1 1", "1;2;3", "1 2 x"]
)
def test_text_that_is_no_disc_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(BrushError, match="A disc is three numbers") as caught:
        from_text(text, SIZE)
    assert "\n" not in str(caught.value)


def test_too_many_discs_are_refused() -> None:
    assert len(from_text(", ".join(["1 1 1"] * MAX_DISCS), SIZE)) == MAX_DISCS
    with pytest.raises(BrushError, match="At most 64 discs"):
        from_text(", ".join(["1 1 1"] * (MAX_DISCS + 1)), SIZE)


def test_a_disc_is_brought_into_the_picture() -> None:
    assert clamped((-5, 1e308, 1e308), SIZE) == (0.0, 12.0, 12.0)
    assert clamped((1.3, 2.2, -1), SIZE) == (1.5, 2.0, 0.5)


def test_a_stroke_keeps_only_what_paints_something_new() -> None:
    disc = (4.0, 4.0, 2.0)
    inside, beside = (4.0, 4.0, 1.0), (4.0, 5.0, 2.0)
    assert with_stroke([disc], [inside, disc, beside], SIZE) == ([disc, beside], 0)


def test_a_stroke_beyond_the_most_discs_is_left_out_and_counted() -> None:
    pixels = [(row + 0.5, column + 0.5, 0.5) for row in range(8) for column in range(12)]
    discs, left_out = with_stroke([], pixels, SIZE)
    assert discs == pixels[:MAX_DISCS]
    assert left_out == 96 - MAX_DISCS


def test_a_brush_of_half_a_pixel_paints_the_pixel_under_it() -> None:
    mask = painted([clamped((math.nextafter(2.5, 3), 3.5, 0), SIZE)], SIZE)
    assert mask.nonzero().tolist() == [[2, 3]]
