"""Stability: how the trainings of RealNVP and the baselines went, from their records."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from explorer.ui.compare.subject import Subject
from realnvp.baselines.side_by_side import OURS
from realnvp.baselines.store import record_of_flow
from realnvp.viz import LINES

# Of the numbers in a record.
NAMES = {
    "bits_per_dim": "bits/dim",
    "discriminator": "discriminator's loss",
    "generator": "generator's loss",
}


def show_stability(subject: Subject) -> None:
    """A chart of each record that is there."""
    st.markdown(
        "RealNVP, the VAE and the PixelCNN each lower one number, and where it goes says how the"
        " training is. A GAN has two, and what helps one network hurts the other: neither number"
        " tells whether the pictures get better, and one may leave the other behind. (The"
        " generator's loss here is the non-saturating one, so the two do not add up to 0.) That it"
        " was steady here took a discriminator whose slope is bounded, and an average over the"
        " generator's weights."
    )
    cards = {"realnvp": (OURS, record_of_flow())}
    cards |= {kind: (model.TITLE, model.card) for kind, model in subject.models.items()}
    drawn = [
        (kind, title, card, curves)
        for kind, (title, card) in cards.items()
        if (curves := _curves(card.get("record"))) is not None
    ]
    for start in range(0, len(drawn), 2):
        for place, (kind, title, card, curves) in zip(
            st.columns(2), drawn[start : start + 2], strict=False
        ):
            with place:
                _show_record(kind, title, card, curves)
    if drawn:
        st.markdown(_notice({title: curves for _, title, _, curves in drawn}))
    else:
        st.caption("These models came without a record of their training.")


def _show_record(
    kind: str,
    title: str,
    card: Mapping[str, Any],
    curves: tuple[list[float], dict[str, list[float]]],
) -> None:
    steps, minutes = card.get("steps"), card.get("minutes")
    st.markdown(f"**{title}**")
    st.plotly_chart(
        _chart(*curves),
        config={"displayModeBar": False},
        alt=f"Training of the {title}: {_told(curves[1])}",
        key=f"record_{kind}",
    )
    if isinstance(steps, int) and isinstance(minutes, int | float):
        hardware = card.get("hardware") or "an unnamed machine"
        words = f"{steps:,} steps in {minutes:.0f} minutes, {hardware}"
        if kind == "realnvp":
            words += (
                "; a run of its own for this chart, with the loop and the optimizer of the others"
            )
        st.caption(words)


def _notice(records: Mapping[str, tuple[list[float], dict[str, list[float]]]]) -> str:
    """Where each number went, and which of them measure the model."""
    measured: list[str] = []
    losses: list[str] = []
    for title, (_, curves) in records.items():
        for name, values in curves.items():
            kind = measured if name == NAMES["bits_per_dim"] else losses
            kind.append(f"{title}'s {name} from {values[0]:.2f} to {values[-1]:.2f}")
    words = "**What to notice.**"
    if measured:
        words += f" {', '.join(measured)}: what a picture costs, and the lower, the better."
    if losses:
        words += (
            f" {', '.join(losses)}: how well each does against the other, which says nothing of"
            " the pictures."
        )
    return (
        f"{words} The records differ in length, and the charts leave out the height of their first"
        " eighth, beside which all that follows would look flat."
    )


def _curves(record: object) -> tuple[list[float], dict[str, list[float]]] | None:
    """Steps, and the values of each number that is known; None where the card has none."""
    if not isinstance(record, dict):
        return None
    lists = {k: v for k, v in record.items() if isinstance(v, list) and _all_numbers(v)}
    steps = lists.pop("step", [])
    curves = {NAMES[k]: v for k, v in lists.items() if k in NAMES and len(v) == len(steps)}
    return (steps, curves) if curves and steps else None


def _all_numbers(values: list) -> bool:
    return all(isinstance(v, int | float) and abs(v) < 1e9 for v in values)


def _told(curves: dict[str, list[float]]) -> str:
    return ", ".join(f"{k} from {v[0]:.2f} to {v[-1]:.2f}" for k, v in curves.items())


def _chart(steps: list[float], curves: dict[str, list[float]]) -> go.Figure:
    figure = go.Figure()
    for index, (name, values) in enumerate(curves.items()):
        line = {"color": LINES[index], "width": 1.5}
        figure.add_scatter(
            x=steps, y=values, name=name, mode="lines", line=line, hovertemplate="%{y:.3f}"
        )
    # From the eighth part on: the first steps would press all that follows flat.
    later = [v for values in curves.values() for v in values[len(values) // 8 :]]
    low, high = min(later), max(later)
    room = 0.1 * (high - low) or 0.1
    figure.update_layout(
        height=240,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="step",
        yaxis={"title": "bits", "range": [low - room, high + room]},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        showlegend=True,
        dragmode=False,
        hovermode="x unified",
    )
    return figure
