"""Stability: how the trainings of the baselines went, from the records on their cards."""

import plotly.graph_objects as go
import streamlit as st

from explorer.ui.compare.subject import Subject
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
    shown = False
    for place, (kind, model) in zip(st.columns(3), subject.models.items(), strict=False):
        curves = _curves(model.card.get("record"))
        if curves is None:
            continue
        shown = True
        with place:
            steps, minutes = model.card.get("steps"), model.card.get("minutes")
            st.markdown(f"**{model.TITLE}**")
            st.plotly_chart(
                _chart(*curves),
                config={"displayModeBar": False},
                alt=f"Training of the {model.TITLE}: {_told(curves[1])}",
                key=f"record_{kind}",
            )
            if isinstance(steps, int) and isinstance(minutes, int | float):
                hardware = model.card.get("hardware") or "an unnamed machine"
                st.caption(f"{steps:,} steps in {minutes:.0f} minutes, {hardware}")
    if not shown:
        st.caption("These models came without a record of their training.")


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
        figure.add_scatter(x=steps, y=values, name=name, mode="lines", line=line)
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
