"""Numbers to charts; never runs a model."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import plotly.graph_objects as go
import torch
from torch import Tensor

from realnvp.viz import LINES

GREY = "#888888"


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
        **_layout(340),
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
        **_layout(240),
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


def waterfall(names: Sequence[str], parts: Sequence[Decimal], total: Decimal) -> go.Figure:
    """Parts one under the other, each from where the one before ended, down to their total.

    Args:
        names: one for each part.
        parts: signed, as they are shown; they add up to the total.
        total: the last bar, from zero.
    """
    ends = [0.0, *accumulate(float(part) for part in parts), float(total)]
    room = 0.15 * (max(ends) - min(ends))  # for the numbers beside the bars
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["relative"] * len(parts) + ["total"],
            y=[*names, "total"],
            x=[float(value) for value in (*parts, total)],
            text=[text.replace("-", "−") for text in (*(f"{p:+}" for p in parts), str(total))],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
            increasing={"marker": {"color": LINES[1]}},
            decreasing={"marker": {"color": LINES[0]}},
            totals={"marker": {"color": GREY}},
            connector={"line": {"color": GREY, "width": 1}},
        )
    )
    figure.update_layout(
        **_layout(24 * (len(parts) + 1) + 60),
        xaxis={
            "title": "bits/dim",
            "range": [min(ends) - room * (min(ends) < 0), max(ends) + room],
        },
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return figure


def noise_plot(bits: Tensor, middle: float) -> go.Figure:
    """bits/dim of a picture under single draws of the noise, with their mean so far.

    Args:
        bits: of each draw, (n,).
        middle: bits/dim at u = 1/2, drawn as a dashed line.
    """
    draws = torch.arange(1, len(bits) + 1)
    figure = go.Figure()
    figure.add_scatter(
        x=draws.numpy(),
        y=bits.numpy(),
        name="one draw",
        mode="markers",
        marker={"color": LINES[0], "size": 6, "opacity": 0.7},
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        x=draws.numpy(),
        y=(bits.cumsum(0) / draws).numpy(),
        name="mean so far",
        mode="lines",
        line={"color": LINES[1], "width": 2},
        hovertemplate="%{y:.3f}",
    )
    line = {"color": GREY, "dash": "dash", "width": 2}
    ends = [0.5, len(bits) + 0.5]
    figure.add_scatter(x=ends, y=[middle, middle], name="u = 1/2", mode="lines", line=line)
    figure.update_layout(
        **_layout(300),
        xaxis={"title": "draw", "range": ends},
        yaxis={"title": "bits/dim", "tickformat": ".3f"},
        hovermode="x unified",
    )
    return figure


def cost_bars(names: Sequence[str], bits: Tensor, chosen: Sequence[str] = ()) -> go.Figure:
    """Bits more (to the right) or fewer than some reference, a bar for each name.

    Args:
        bits: (n,), in the order of the names.
        chosen: those that the reference has; they are written in bold.
    """
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=bits.numpy(),
            y=[f"<b>{name}</b>" if name in chosen else name for name in names],
            text=[f"{value:+.1f}".replace("-", "−") for value in bits.tolist()],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [LINES[0] if value < 0 else LINES[1] for value in bits.tolist()]},
            hovertemplate="%{y}: %{text} bits<extra></extra>",
        )
    )
    low, high = min(0.0, float(bits.min())), max(0.0, float(bits.max()))
    room = 0.15 * max(high - low, 1.0)  # for the numbers beside the bars
    figure.update_layout(
        **_layout(24 * len(names) + 60),
        xaxis={"title": "bits", "range": [low - room * (low < 0), high + room]},
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return figure


def _layout(height: int) -> dict[str, object]:
    return {
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
    }
