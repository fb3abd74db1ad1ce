"""Charts carry the numbers they were given; colours run from dark to light."""

from decimal import Decimal

import numpy as np
import torch

from explorer import figures
from explorer.figures.directions import cosine_map
from realnvp import viz
from realnvp.explore.normality import quantiles_against_normal


def test_amounts_become_lighter_as_they_grow() -> None:
    colours = viz.sequential(np.linspace(2, 5, 511), 2.0, 5.0)
    lightness = colours @ [0.2126, 0.7152, 0.0722]
    assert colours.shape == (511, 3)
    assert (np.diff(lightness) > -0.5).all()
    assert lightness[-1] - lightness[0] > 150


def test_amounts_beyond_the_ends_take_the_end_colours() -> None:
    ends = viz.sequential_bar(2, 1)[0]
    assert np.array_equal(viz.sequential(np.array([-1.0, 99.0]), 0.0, 1.0), ends)


def test_equal_amounts_have_one_colour() -> None:
    assert np.ptp(viz.sequential(np.full((4, 4), 3.0), 3.0, 3.0).reshape(-1, 3), axis=0).max() == 0


def test_a_quantile_plot_has_a_curve_a_level_and_the_line_of_agreement() -> None:
    generator = torch.Generator().manual_seed(0)
    levels = [torch.randn(6, 8, 8, generator=generator), torch.randn(12, 4, 4, generator=generator)]
    curves = [quantiles_against_normal(level) for level in levels]
    figure = figures.quantile_plot(curves, ["level 1", "level 2"])
    assert [curve.name for curve in figure.data] == ["level 1", "level 2", "N(0, 1)"]
    assert figure.data[1].y.tolist() == curves[1][1].tolist()
    assert list(figure.data[2].x) == list(figure.data[2].y)


def test_a_waterfall_shows_the_parts_as_they_are_written() -> None:
    parts = [Decimal("8.000"), Decimal("-2.575"), Decimal("0.100")]
    figure = figures.waterfall(["bytes", "logit", "prior"], parts, Decimal("5.525"))
    bars = figure.data[0]
    assert list(bars.text) == ["+8.000", "−2.575", "+0.100", "5.525"]
    assert list(bars.x) == [8.0, -2.575, 0.1, 5.525]
    assert list(bars.measure) == ["relative"] * 3 + ["total"]
    assert list(bars.y) == ["bytes", "logit", "prior", "total"]


def test_the_axis_of_a_waterfall_has_room_for_every_bar() -> None:
    parts = [Decimal("8"), Decimal("3"), Decimal("-12"), Decimal("5")]
    low, high = figures.waterfall(["a", "b", "c", "d"], parts, Decimal("4")).layout.xaxis.range
    assert low < -1
    assert high > 11


def test_a_map_of_cosines_writes_minus_signs_and_not_hyphens() -> None:
    (cells,) = cosine_map(["a", "b"], torch.tensor([[1.0, -0.127], [-0.127, 1.0]])).data
    assert [list(row) for row in cells.text] == [["1.00", "−0.13"], ["−0.13", "1.00"]]
    assert cells.texttemplate == "%{text}"


def test_the_line_of_a_picture_beyond_all_others_lies_inside_the_chart() -> None:
    figure = figures.histogram([2.0, 3.0, 4.0], 5.0, "x", {"samples": torch.tensor([1.0, 3.0])})
    low, high = figure.layout.xaxis.range
    assert low < 1
    assert high > 5


def test_a_noise_plot_ends_at_the_mean_of_its_draws() -> None:
    bits = torch.tensor([3.0, 5.0, 4.0, 8.0], dtype=torch.float64)
    draws, mean, middle = figures.noise_plot(bits, 2.5).data
    assert list(draws.y) == bits.tolist()
    assert list(mean.y) == [3.0, 4.0, 4.0, 5.0]
    assert set(middle.y) == {2.5}


def test_cost_bars_tell_more_from_fewer_and_mark_the_chosen() -> None:
    bits = torch.tensor([1.26, -12.0, 0.0], dtype=torch.float64)
    figure = figures.cost_bars(["coat", "dress", "bag"], bits, ["bag"])
    (bars,) = figure.data
    assert list(bars.y) == ["coat", "dress", "<b>bag</b>"]
    assert list(bars.text) == ["+1.3", "−12.0", "+0.0"]
    assert bars.marker.color[0] == bars.marker.color[2] != bars.marker.color[1]
    low, high = figure.layout.xaxis.range
    assert low < -12
    assert high > 1.26
