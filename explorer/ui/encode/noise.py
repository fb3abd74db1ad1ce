"""What dequantization noise does to the bits of a picture."""

import streamlit as st
from torch import Tensor

from explorer import figures
from realnvp.metrics import standard_error


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
    mean = f"{float(bits.mean()):.3f} ± {standard_error(bits):.3f}"
    st.metric(
        f"Bits/dim, mean over {len(bits)} draws",
        mean,
        width="content",
        help="± is the standard error of the mean. Test sets are measured so; it is never less than"
        " what the bytes alone would cost.",
    )
    st.plotly_chart(
        figures.noise_plot(bits, middle),
        config={"displayModeBar": False},
        alt=f"Bits/dim of {len(bits)} noise draws, from {float(bits.min()):.3f} to"
        f" {float(bits.max()):.3f}, mean {mean}; at u = 1/2 {middle:.3f}",
        key="noise",
    )
