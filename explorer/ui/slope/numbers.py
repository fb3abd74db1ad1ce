"""The picture of a curve, and its numbers at one place."""

from functools import lru_cache

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.figures.bent_histogram import SIDE
from explorer.ui.cache import shared
from explorer.views.slope import COUNT, Slope
from realnvp.image_encoding import to_png
from realnvp.numerals import numeral
from realnvp.toy.curve import Curve, log_normal

_NEAR = 0.05  # samples at most so far from the place are counted


def show_picture(view: Slope, pixels: np.ndarray) -> None:
    """The curve with both histograms."""
    alt = (
        f"A curve with slope {view.inside:g} around x = {view.middle:g} and {view.outside:g}"
        f" outside; left of it a histogram of {COUNT:,} latents, below it that of their data; a red"
        f" line at x = {view.at:g}"
    )
    caption = (
        f"{COUNT:,} samples, seed {view.seed}. Orange: latents z from N(0, 1). Blue: where they"
        " come from, x = f⁻¹(z). Black over the bars: the densities by the formula."
    )
    # Lines, not pixels to count: the browser may smooth them where it makes them smaller.
    with st.container(width=SIDE):
        # Packed once for a class that looks at the same.
        file = shared(f"slope as PNG {view.model_dump_json()}", lambda: to_png(pixels))
        st.image(file, caption, "stretch", output_format="PNG", alt=alt)


def show_numbers(view: Slope, data: Tensor) -> None:
    """The change of variables at the place, beside what the samples of data, (n,), say."""
    curve, x = view.curve(), torch.tensor(view.at, dtype=torch.float64)
    z, log_slope = curve.forward(x)
    slope, prior = float(log_slope.exp()), float(log_normal(z).exp())
    density = float(curve.log_prob(x).exp())
    near = int(((data - x).abs() <= _NEAR).sum())
    # In lines that a phone has room for.
    st.latex(
        rf"\begin{{gathered}} z = f({view.at:.1f}) = {float(z):.3f} \\"
        rf" f'({view.at:.1f}) = {slope:.3f} \\"
        rf" p(x) = {prior:.4f} \cdot {slope:.3f} = {density:.4f} \\"
        rf" \textstyle\int p(x)\, dx = {_total(curve):.4f} \end{{gathered}}"
    )
    st.markdown(
        f"{_in_words(slope)} Of {COUNT:,} samples {near:,} lie within {_NEAR:g} of this place: a"
        f" density of {numeral(near / COUNT / (2 * _NEAR))}, and the formula says"
        f" {numeral(density)}." + (" More than 1: a density may be." if density > 1 else "")
    )


@lru_cache(maxsize=256)
def _total(curve: Curve) -> float:
    """2 ms, a tenth of the page, which asks again wherever on the curve it looks."""
    return curve.total()


def _in_words(slope: float) -> str:
    """What the slope does to the density."""
    if round(slope, 3) == 1:
        return "Here a step in x is as large in z: the density stays as it is."
    times = f"{slope:.2f} times"
    if slope > 1:
        return f"Here f stretches: a step in x is {times} as large in z, so the data crowd."
    return f"Here f squeezes: a step in x is only {times} as large in z, so the data thin out."
