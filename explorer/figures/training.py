"""Charts of a training run."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.figures.layout import layout
from realnvp.viz import LINES


def training_curves(
    notes: Sequence[Mapping[str, float]], reports: Sequence[Mapping[str, float]]
) -> go.Figure:
    """bits/dim over minutes: of training batches as they come, and of the held-out part.

    Args:
        notes: with "seconds" and "train_bits_per_dim".
        reports: with "seconds" and "validation_bits_per_dim".
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[note["seconds"] / 60 for note in notes],
        y=[note["train_bits_per_dim"] for note in notes],
        name="training batches",
        mode="lines",
        line={"color": LINES[0], "width": 1},
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        x=[report["seconds"] / 60 for report in reports],
        y=[report["validation_bits_per_dim"] for report in reports],
        name="held out",
        mode="lines+markers",
        line={"color": LINES[1], "width": 2},
        hovertemplate="%{y:.3f}",
    )
    figure.update_layout(
        **layout(300),
        xaxis={"title": "minutes of training", "hoverformat": ".1f"},
        yaxis={"title": "bits/dim", "tickformat": ".2f"},
        hovermode="x unified",
    )
    return figure
