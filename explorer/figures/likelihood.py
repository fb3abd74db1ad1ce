"""Charts of what pictures cost beside one another."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import torch
from torch import Tensor

from explorer.figures.layout import layout
from realnvp.numerals import numeral
from realnvp.viz import LINES

BINS, WIDE_BINS = 30, 45


def histogram(
    quantiles: Sequence[float], value: float, name: str, rugs: Mapping[str, Tensor]
) -> go.Figure:
    """Shares of the reference pictures by bits/dim, from their quantiles, with one value marked.

    Args:
        quantiles: of the references, at even steps from 0 % to 100 %; linear between.
        value: bits/dim of the picture that is marked by a line.
        name: of that picture.
        rugs: bits/dim of other pictures, (n,) each, as a row of dots above the bars.
    """
    known = torch.tensor(quantiles, dtype=torch.float64)
    edges = torch.linspace(float(known[0]), float(known[-1]), BINS + 1, dtype=torch.float64)
    shares = 100 * shares_below(known, edges).diff()
    top = float(shares.max())
    figure = go.Figure()
    figure.add_bar(
        x=((edges[1:] + edges[:-1]) / 2).numpy(),
        y=shares.numpy(),
        width=float(edges[1] - edges[0]),
        name="test pictures",
        marker={"color": LINES[0], "line": {"width": 0}},
        opacity=0.6,
        hovertemplate="%{x:.2f} bits/dim: %{y:.1f} %<extra></extra>",
    )
    for row, (label, bits) in enumerate(rugs.items(), start=1):
        figure.add_scatter(
            x=bits.numpy(),
            y=[top * (1 + 0.12 * row)] * len(bits),
            name=label,
            mode="markers",
            marker={"color": LINES[row], "size": 7, "opacity": 0.7},
            hovertemplate="%{x:.3f} bits/dim<extra>" + label + "</extra>",
        )
    figure.add_scatter(
        x=[value, value],
        y=[0, top * (1.12 + 0.12 * len(rugs))],
        name=name,
        mode="lines",
        line={"color": LINES[6], "width": 3},
        hovertemplate=f"{numeral(value)} bits/dim<extra>{name}</extra>",
    )
    shown = torch.cat([known[[0, -1]], torch.tensor([value]), *rugs.values()])
    low, high = float(shown.min()), float(shown.max())
    room = 0.01 * (high - low)  # a line on the edge would be cut in half
    figure.update_layout(
        **layout(320),
        xaxis={"title": "bits/dim", "tickformat": ".2f", "range": [low - room, high + room]},
        yaxis={"title": "test pictures, %", "rangemode": "tozero"},
        barmode="overlay",
    )
    return figure


def two_histograms(quantiles: Sequence[float], bits: Tensor, names: tuple[str, str]) -> go.Figure:
    """Shares of the reference pictures and of others by bits/dim, over the same bins.

    Args:
        quantiles: of the references, as `histogram` has them.
        bits: bits/dim of each of the others, (n,).
        names: of the references, and of the others.
    """
    known = torch.tensor(quantiles, dtype=torch.float64)
    bits = bits.double()
    low, high = float(min(known[0], bits.min())), float(max(known[-1], bits.max()))
    edges = torch.linspace(low, high, WIDE_BINS + 1, dtype=torch.float64)
    edges[-1] = high  # the largest falls into the last
    place = (torch.searchsorted(edges, bits, right=True) - 1).clamp(0, WIDE_BINS - 1)
    counts = torch.bincount(place, minlength=WIDE_BINS)
    heights = 100 * shares_below(known, edges).diff(), 100 * counts.double() / len(bits)
    figure = go.Figure()
    for shares, name, colour in zip(heights, names, LINES, strict=False):
        figure.add_bar(
            x=((edges[1:] + edges[:-1]) / 2).numpy(),
            y=shares.numpy(),
            width=float(edges[1] - edges[0]),
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            opacity=0.65,
            hovertemplate="%{x:.2f} bits/dim: %{y:.1f} %<extra>" + name + "</extra>",
        )
    middle = float(known[len(known) // 2])
    figure.add_vline(x=middle, line={"color": LINES[0], "width": 2, "dash": "dash"})
    figure.update_layout(
        **layout(320),
        xaxis={"title": "bits/dim", "tickformat": ".2f"},
        yaxis={"title": "pictures of each, %", "rangemode": "tozero"},
        barmode="overlay",
    )
    return figure


def shares_below(quantiles: Tensor, edges: Tensor) -> Tensor:
    """Share of the references below each edge, 0 to 1, linear between their quantiles.

    Args:
        quantiles: at even steps from 0 % to 100 %, in order, float64.
        edges: float64, any shape.
    """
    last = len(quantiles) - 1
    after = torch.searchsorted(quantiles, edges, right=True).clamp(1, last)
    low, high = quantiles[after - 1], quantiles[after]
    part = ((edges - low) / (high - low).clamp_min(1e-300)).clamp(0, 1)
    return (after - 1 + part) / last


def typical_plot(
    temperatures: Sequence[float],
    norm_ratios: Tensor,
    bits_per_dim: Tensor,
    law: tuple[Tensor, Tensor],
    marks: Mapping[str, tuple[float, float]],
) -> go.Figure:
    """What latents cost against their norm as temperature rises, over the law of the prior's norms.

    Args:
        norm_ratios, bits_per_dim: of n latents at each temperature, (T, n).
        law: ratios and the density there, (m,) each, drawn as an area without a scale.
        marks: norm ratio and bits/dim of single latents, by name.
    """
    figure = go.Figure()
    at, density = law
    figure.add_scatter(
        x=at.numpy(),
        y=(density / density.max()).numpy(),
        name="norms of N(0, I)",
        yaxis="y2",
        mode="lines",
        line={"width": 0},
        fill="tozeroy",
        fillcolor="rgba(136, 136, 136, 0.35)",
        hoverinfo="skip",
    )
    for column in range(norm_ratios.shape[1]):
        figure.add_scatter(
            x=norm_ratios[:, column].numpy(),
            y=bits_per_dim[:, column].numpy(),
            name="samples, as temperature rises",
            legendgroup="samples",
            showlegend=column == 0,
            mode="lines+markers",
            line={"color": LINES[0], "width": 1},
            marker={"size": 4},
            customdata=list(temperatures),
            hovertemplate="T = %{customdata:.1f}: %{y:.3f} bits/dim<extra></extra>",
        )
    for row, (name, (norm, bits)) in enumerate(marks.items(), start=1):
        figure.add_scatter(
            x=[norm],
            y=[bits],
            name=name,
            mode="markers",
            marker={"color": LINES[row], "size": 12, "symbol": "diamond"},
            cliponaxis=False,  # z = 0 lies on the edge of the chart
            hovertemplate="‖z‖/√D %{x:.3f}, %{y:.3f} bits/dim<extra>" + name + "</extra>",
        )
    figure.update_layout(
        **layout(380),
        xaxis={"title": "‖z‖ / √D", "rangemode": "tozero"},
        yaxis={"title": "bits/dim", "tickformat": ".2f"},
        yaxis2={"overlaying": "y", "side": "right", "visible": False, "range": [0, 1.05]},
    )
    return figure
