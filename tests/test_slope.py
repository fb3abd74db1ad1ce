"""A flow of one number: exact both ways, and the page says what its curve does."""

import re

import pytest
import torch
from app_pages import open_page

from explorer.figures.bent_histogram import BINS, SPAN, densities
from explorer.views.slope import COUNT, Slope
from realnvp.toy.curve import Curve

CURVES = [Curve(1.0, 0.2, 0.0), Curve(0.4, 4.0, -2.0), Curve(2.0, 0.1, 1.3), Curve(1.0, 1.0, 0.0)]


@pytest.mark.parametrize("curve", CURVES)
def test_inverse_undoes_forward(curve: Curve) -> None:
    x = torch.linspace(-8, 8, 101, dtype=torch.float64)
    torch.testing.assert_close(curve.inverse(curve.forward(x)[0]), x, atol=1e-9, rtol=0)


@pytest.mark.parametrize("curve", CURVES)
def test_the_slope_is_that_of_autograd_and_always_rises(curve: Curve) -> None:
    x = torch.linspace(-5, 5, 101, dtype=torch.float64, requires_grad=True)
    z, log_slope = curve.forward(x)
    (slope,) = torch.autograd.grad(z.sum(), x)
    torch.testing.assert_close(log_slope.exp(), slope)
    assert (slope > 0).all()


@pytest.mark.parametrize("curve", CURVES)
def test_the_density_integrates_to_1(curve: Curve) -> None:
    assert curve.total() == pytest.approx(1, abs=1e-4)


def test_samples_lie_where_the_density_says() -> None:
    curve = Curve(1.0, 0.2, 0.5)
    _, x = curve.sample(200_000, 3)
    width = 2 * SPAN / BINS
    places = torch.linspace(-SPAN + width / 2, SPAN - width / 2, BINS, dtype=torch.float64)
    expected = curve.log_prob(places).exp()
    assert float((densities(x) - expected).abs().max()) < 0.03 < float(expected.max())


@pytest.mark.parametrize(("outside", "inside"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)])
def test_a_curve_that_does_not_rise_is_refused(outside: float, inside: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Curve(outside, inside, 0.0)


def test_each_setting_changes_the_picture() -> None:
    first = Slope().run().pixels
    for other in ({"inside": 1.5}, {"outside": 0.6}, {"middle": 1.0}, {"at": 1.0}, {"seed": 4}):
        assert (Slope(**other).run().pixels != first).any(), other  # type: ignore[arg-type]


@pytest.mark.usefixtures("checkpoints")
def test_the_page_says_the_change_of_variables_at_the_place() -> None:
    app = open_page("slope.py", inside="4.0", at="0.0")
    assert not app.exception
    (numbers,) = [found.value for found in app.get("latex") if "int" in found.value] or [""]
    assert r"0.3989 \cdot 4.000 = 1.5958" in numbers
    assert "= 1.0000" in numbers
    words = " ".join(markdown.value for markdown in app.markdown)
    assert "stretches" in words
    assert "More than 1" in words
    (near,) = re.findall(rf"Of {COUNT:,} samples ([\d,]+) lie", words)
    _, x = Slope(inside=4.0).curve().sample(COUNT, 0)
    assert int(near.replace(",", "")) == int((x.abs() <= 0.05).sum())
    app.slider(key="inside").set_value(0.2).run()
    words = " ".join(markdown.value for markdown in app.markdown)
    assert "squeezes" in words
    assert "More than 1" not in words
    (picture,) = app.get("image")
    assert "slope 0.2 around x = 0" in picture.proto.imgs[0].alt
