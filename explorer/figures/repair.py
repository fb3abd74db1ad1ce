"""Charts of a search for pictures that fit what is known."""

from collections.abc import Sequence

import plotly.graph_objects as go
from torch import Tensor

from explorer.figures.layout import GREY, layout
from realnvp.viz import LINES


def search_curves(
    steps: Sequence[int], bits_per_dim: Tensor, misfit: Tensor, truth_bits: float, last: int
) -> go.Figure:
    """bits/dim and misfit of several pictures over the steps, on axes of their own.

    Args:
        steps: (s,); where the pictures were looked at.
        bits_per_dim: (s, n).
        misfit: root mean square, (s, n), grey levels.
        truth_bits: of the picture that is looked for, as a dashed line.
        last: the step at which the axis ends.
    """
    figure = go.Figure()
    for values, name, colour, axis, digits in (
        (bits_per_dim, "bits/dim", LINES[0], "y", ".2f"),
        (misfit, "misfit", LINES[1], "y2", ".1f"),
    ):
        for row, curve in enumerate(values.T.tolist(), start=1):
            figure.add_scatter(
                x=list(steps),
                y=curve,
                name=f"{name}, no. {row}",
                yaxis=axis,
                mode="lines+markers",
                line={"color": colour, "width": 1.2},
                marker={"size": 4},
                hovertemplate=f"%{{y:{digits}}}",
            )
    figure.add_hline(y=truth_bits, line={"color": GREY, "dash": "dash", "width": 1})
    low = min(truth_bits, float(bits_per_dim.min()))
    high = max(truth_bits, float(bits_per_dim.max()))
    room = 0.06 * (high - low) + 0.01
    figure.update_layout(
        **layout(240),
        xaxis={"title": "step", "range": [-0.02 * last, 1.02 * last]},
        yaxis={
            "title": {"text": "bits/dim", "font": {"color": LINES[0]}},
            "range": [low - room, high + room],
            "tickformat": ".2f",
        },
        yaxis2={
            "title": {"text": "misfit, grey levels", "font": {"color": LINES[1]}},
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickmode": "auto",
            "rangemode": "tozero",
        },
        hovermode="x unified",
        showlegend=False,  # the axes' titles have the colours of their curves
    )
    return figure
