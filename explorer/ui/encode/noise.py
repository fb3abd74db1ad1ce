"""What dequantization noise does to the bits of a picture."""

import streamlit as st
from torch import Tensor

from explorer import figures
from realnvp.metrics import standard_error
from realnvp.numerals import numeral


def show_noise(bits: Tensor, middle: float) -> None:
    """Draw after draw, and their mean.

    Args:
        bits: bits/dim under each draw, (n,).
        middle: bits/dim at u = 1/2, as the page shows them.
    """
    st.markdown(
        "A density needs real numbers, so in training every byte $v$ became $v + u$ with a new"
        " $u \\sim U[0, 1)$. Look at how far the draws lie from the dashed line, $u = 1/2$: a wide"
        " gap means that half a step of brightness matters to the model already."
    )
    mean = f"{numeral(float(bits.mean()))} ± {standard_error(bits):.3f}"
    st.metric(
        f"Bits/dim, mean over {len(bits)} draws of noise",
        mean,
        width="content",
        help="± is the standard error of the mean. Test sets are measured so, under dequantization"
        " noise, and digits on the page Compare. The mean is never less than what the bytes alone"
        " would cost; the number above, at u = 1/2, can be.",
    )
    st.plotly_chart(
        figures.noise_plot(bits, middle),
        config={"displayModeBar": False},
        alt=f"Bits/dim of {len(bits)} noise draws, from {numeral(float(bits.min()))} to"
        f" {numeral(float(bits.max()))}, mean {mean}; at u = 1/2 {numeral(middle)}",
        key="noise",
    )
