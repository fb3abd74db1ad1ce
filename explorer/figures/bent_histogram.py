"""A curve with the histogram that it bends: latents on the left, data below."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from realnvp.toy.curve import Curve, log_normal
from realnvp.viz import LINES

SPAN = 4.0  # both axes go from -SPAN to SPAN
BINS = 40  # of each histogram
SIDE = 760  # of the picture, in pixels
_FINE = 2  # times as large it is drawn, so that lines become smooth
_LEFT, _TOP, _PLOT, _BARS = 190, 20, 550, 130  # where the curve's square is; depth of the bars
_FOOT, _EDGE = _TOP + _PLOT + 8 + _BARS, _LEFT - 8 - _BARS  # where the bars stand
_INK, _GRID, _GROUND = "#333333", "#dddddd", "#ffffff"
_DATA, _LATENT, _CURVE, _SLOPE = LINES[0], LINES[1], _INK, LINES[6]


def bent_histogram(curve: Curve, z: Tensor, x: Tensor, at: float) -> np.ndarray:
    """The curve, its slope at one place, and both histograms with the densities over them.

    Args:
        z, x: latents and data, (n,).
        at: the place, as x.

    Returns:
        uint8 (SIDE, SIDE, 3).
    """
    image = Image.new("RGB", (SIDE * _FINE, SIDE * _FINE), _GROUND)
    draw = ImageDraw.Draw(image)
    _axes(draw)
    line = torch.linspace(-SPAN, SPAN, 401, dtype=torch.float64)
    data, latent = densities(x), densities(z)
    density = curve.log_prob(line).exp()
    # The same scale for both: equal areas are equal shares.
    most = max(float(density.max()), float(data.max()), float(latent.max()))
    for index in range(BINS):
        low, high = (2 * SPAN * (index + edge) / BINS - SPAN for edge in (0, 1))
        high_bar, wide_bar = (_BARS * float(bars[index]) / most for bars in (data, latent))
        _box(draw, (_right(low), _FOOT - high_bar, _right(high) - 1, _FOOT), _DATA)
        _box(draw, (_EDGE, _down(high), _EDGE + wide_bar, _down(low) - 1), _LATENT)
    below = [
        (_right(a), _FOOT - _BARS * p / most)
        for a, p in zip(line.tolist(), density.tolist(), strict=True)
    ]
    beside = [
        (_EDGE + _BARS * p / most, _down(a))
        for a, p in zip(line.tolist(), log_normal(line).exp().tolist(), strict=True)
    ]
    _line(draw, below, _INK, 1.5)
    _line(draw, beside, _INK, 1.5)
    inside = [
        (_right(a), _down(b))
        for a, b in zip(line.tolist(), curve.forward(line)[0].tolist(), strict=True)
        if abs(b) <= SPAN
    ]
    _line(draw, inside, _CURVE, 3)
    _mark(draw, curve, at)
    small = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small).copy()


def densities(values: Tensor) -> Tensor:
    """What the bins of a histogram say of a density, (BINS,): shares by the width of a bin."""
    counts = torch.histc(values, bins=BINS, min=-SPAN, max=SPAN)
    return counts / len(values) / (2 * SPAN / BINS)


def _mark(draw: ImageDraw.ImageDraw, curve: Curve, at: float) -> None:
    """From the place up to the curve, over to its latent, and the slope there."""
    z, log_slope = (float(found) for found in curve.forward(torch.tensor(at).double()))
    slope = float(np.exp(log_slope))
    height = min(max(z, -SPAN), SPAN)
    way = [(_right(at), _FOOT), (_right(at), _down(height))]
    if abs(z) <= SPAN:
        way.append((_EDGE, _down(z)))
        reach = 0.9 / np.hypot(1, slope)
        ends = [(_right(at + way_on), _down(z + slope * way_on)) for way_on in (-reach, reach)]
        _line(draw, ends, _SLOPE, 5)
    _line(draw, way, _SLOPE, 1.5)


def _axes(draw: ImageDraw.ImageDraw) -> None:
    font = ImageFont.load_default(18 * _FINE)
    for tick in range(-int(SPAN), int(SPAN) + 1):
        right, down = _right(tick), _down(tick)
        _line(draw, [(right, _TOP), (right, _TOP + _PLOT)], _GRID, 1)
        _line(draw, [(_LEFT, down), (_LEFT + _PLOT, down)], _GRID, 1)
        for place in ((right, _FOOT + 12), (_EDGE - 16, down)):
            where = (place[0] * _FINE, place[1] * _FINE)
            # With hyphens: Pillow's own font has no minus sign.
            draw.text(where, str(tick), fill=_INK, font=font, anchor="mm")
    for words, place in (("x", (_LEFT + _PLOT / 2, _FOOT + 34)), ("z = f(x)", (_EDGE + 40, _TOP))):
        where = (place[0] * _FINE, place[1] * _FINE)
        draw.text(where, words, fill=_INK, font=font, anchor="mm")


def _right(x: float) -> float:
    return _LEFT + _PLOT * (x + SPAN) / (2 * SPAN)


def _down(z: float) -> float:
    return _TOP + _PLOT * (SPAN - z) / (2 * SPAN)


def _box(draw: ImageDraw.ImageDraw, corners: Sequence[float], colour: str) -> None:
    left, top, right, bottom = (round(corner * _FINE) for corner in corners)
    if right > left and bottom > top:
        draw.rectangle((left, top, right, bottom), fill=colour)


def _line(
    draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: str, width: float
) -> None:
    scaled = [(x * _FINE, y * _FINE) for x, y in points]
    draw.line(scaled, fill=colour, width=round(width * _FINE), joint="curve")
