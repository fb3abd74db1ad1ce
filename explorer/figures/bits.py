"""Charts of where bits go, and of how many there are."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import plotly.graph_objects as go
import torch
from torch import Tensor

from explorer.figures.layout import GREY, layout
from realnvp.numerals import numeral
from realnvp.viz import LINES


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
            text=[*(numeral(part, "+") for part in parts), numeral(total, "")],
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
        **layout(24 * (len(parts) + 1) + 60),
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
        **layout(300),
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
            text=[numeral(value, "+.1f") for value in bits.tolist()],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [LINES[0] if value < 0 else LINES[1] for value in bits.tolist()]},
            hovertemplate="%{y}: %{text} bits<extra></extra>",
        )
    )
    low, high = min(0.0, float(bits.min())), max(0.0, float(bits.max()))
    room = 0.15 * max(high - low, 1.0)  # for the numbers beside the bars
    figure.update_layout(
        **layout(24 * len(names) + 60),
        xaxis={"title": "bits", "range": [low - room * (low < 0), high + room]},
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return figure
