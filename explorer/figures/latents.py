"""Charts of latents: their law, and their norms along a path."""

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


def path_curves(norm_ratios: Tensor, bits_per_dim: Tensor | None) -> go.Figure:
    """||z|| / sqrt(D) and bits/dim along the frames of a path, (n,) each, on axes of their own.

    The norm's axis always holds 1, where the prior has its mass, as a dashed line.
    """
    frames = list(range(1, len(norm_ratios) + 1))
    norms = norm_ratios.numpy()
    low, high = min(0.9, float(norms.min())), max(1.1, float(norms.max()))
    figure = go.Figure()
    _curve(figure, frames, norms, "‖z‖ / √D", LINES[0], "y")
    figure.add_hline(y=1.0, line={"color": GREY, "dash": "dash", "width": 1})
    second = {}
    if bits_per_dim is not None:
        _curve(figure, frames, bits_per_dim.numpy(), "bits/dim", LINES[1], "y2")
        second = {
            "yaxis2": {
                "title": {"text": "bits/dim", "font": {"color": LINES[1]}},
                "overlaying": "y",
                "side": "right",
                "showgrid": False,
                "tickmode": "auto",
                "tickformat": ".2f",
            }
        }
    figure.update_layout(
        **layout(240),
        **second,
        xaxis={
            "title": "frame",
            "dtick": max(1, len(frames) // 16),
            "range": [0.5, len(frames) + 0.5],
        },
        yaxis={
            "title": {"text": "‖z‖ / √D", "font": {"color": LINES[0]}},
            "range": [low - 0.05 * (high - low), high + 0.05 * (high - low)],
        },
        hovermode="x unified",
        showlegend=False,  # the axes' titles have the colours of their curves
    )
    return figure


def _curve(
    figure: go.Figure, x: Sequence[int], y: object, name: str, colour: str, axis: str
) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        name=name,
        yaxis=axis,
        mode="lines+markers",
        line={"color": colour, "width": 1.5},
        marker={"size": 5},
        hovertemplate="%{y:.3f}",
    )
