"""Charts of latents: their law."""

from collections.abc import Sequence

import plotly.graph_objects as go
from torch import Tensor

from explorer.figures.layout import GREY, layout
from realnvp.viz import LINES


def quantile_plot(curves: Sequence[tuple[Tensor, Tensor]], names: Sequence[str]) -> go.Figure:
    """Quantiles of latents against those of N(0, 1), with the line where they agree dashed.

    Args:
        curves: (expected, observed) for each level, finest first.
        names: one for each.
    """
    figure = go.Figure()
    for index, ((expected, observed), name) in enumerate(zip(curves, names, strict=True)):
        figure.add_scatter(
            x=expected.numpy(),
            y=observed.numpy(),
            name=name,
            mode="lines",
            line={"color": LINES[index % len(LINES)], "width": 1.5},
            hovertemplate="%{y:.2f}",
        )
    ends = [-3.0, 3.0]
    if curves:
        ends = [float(curves[0][0].min()), float(curves[0][0].max())]
    line = {"color": GREY, "dash": "dash", "width": 2}
    figure.add_scatter(x=ends, y=ends, name="N(0, 1)", mode="lines", line=line, hoverinfo="skip")
    figure.update_layout(
        **layout(340),
        xaxis={"title": "quantile of N(0, 1)", "hoverformat": ".2f"},
        yaxis_title="quantile of the latent values",
        hovermode="x unified",
    )
    return figure
