"""Charts of directions: what a move changes, and the angles between them."""

from collections.abc import Sequence

import plotly.graph_objects as go
from torch import Tensor

from explorer.figures.layout import layout
from realnvp.numerals import numeral
from realnvp.viz import BLUE_TO_RED, LINES

_BAR = 24  # pixels
_LONGEST = 18  # letters of a name beside a heat map


def score_bars(
    names: Sequence[str],
    changes: Sequence[float],
    meant: Sequence[bool],
    *,
    axis: str = "change, standard deviations",
    form: str = "+.2f",
) -> go.Figure:
    """Changes, of scores for example, from the top down.

    Args:
        meant: whether each was asked for; those that were not have another colour.
        axis: what the changes are, and their unit.
        form: how each is written.
    """
    labels = [numeral(value, form) for value in changes]
    figure = go.Figure()
    figure.add_bar(
        x=list(changes),
        # Positions, not names: those may be empty of meaning to Plotly, or hold its markup.
        y=list(range(len(names))),
        orientation="h",
        marker={"color": [LINES[0] if own else LINES[1] for own in meant]},
        text=labels,
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    furthest = max((abs(value) for value in changes), default=1.0) or 1.0
    figure.update_layout(
        **layout(60 + _BAR * len(names)),
        xaxis={
            "title": axis,
            "range": [-1.5 * furthest, 1.5 * furthest],
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [_text(name) for name in names],
            "autorange": "reversed",
            "automargin": True,
        },
        showlegend=False,
    )
    return figure


def cosine_map(names: Sequence[str], cosines: Tensor) -> go.Figure:
    """Cosines of the angles between directions, (K, K), as colours with their numbers."""
    places = list(range(len(names)))
    ticks = {"tickvals": places, "ticktext": [_text(name) for name in names], "automargin": True}
    steps = len(BLUE_TO_RED) - 1
    figure = go.Figure()
    figure.add_heatmap(
        z=cosines.tolist(),
        x=places,
        y=places,
        zmin=-1,
        zmax=1,
        colorscale=[(index / steps, code) for index, code in enumerate(BLUE_TO_RED)],
        text=[[numeral(value, ".2f") for value in row] for row in cosines.tolist()],
        texttemplate="%{text}",  # of z Plotly would write hyphens for minus signs
        hoverinfo="skip",
        showscale=False,
    )
    figure.update_layout(
        **layout(150 + 42 * len(names)),
        xaxis=ticks | {"tickangle": -40},
        yaxis=ticks | {"autorange": "reversed"},
    )
    return figure


def _text(name: str) -> str:
    """A name as Plotly shows it as it stands: what looks like markup would become it."""
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;")
