"""Entanglement in numbers: what else moved, and the angles between directions."""

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from explorer.figures.directions import cosine_map, score_bars
from explorer.ui.card import plain
from explorer.ui.directions.names import spoken_of
from realnvp.explore.directions import (
    LABEL,
    Directions,
    cosines,
    orthogonal,
    scores,
    side_effects,
)
from realnvp.numerals import numeral

BARS = 12


def show_changes(known: Directions, names: Sequence[str], z: Tensor, words: str) -> None:
    """How far the score on every direction moved, the furthest first.

    Args:
        names: those that were asked for.
        z: before and after, (2, D).
    """
    st.subheader("What else moves", anchor=False)
    changes = side_effects(known, z[:1], z[1:]).tolist()
    order = sorted(range(len(known)), key=lambda row: -abs(changes[row]))
    shown = order[:BARS]
    st.plotly_chart(
        score_bars(
            [known.names[row] for row in shown],
            [changes[row] for row in shown],
            [known.names[row] in names for row in shown],
        ),
        config={"displayModeBar": False},
        alt=f"Bars of the scores that change most, {words}: "
        + ", ".join(f"{known.names[row]} {numeral(changes[row], '+.2f')}" for row in shown[:5]),
        key="changes",
    )
    others = [row for row in order if known.names[row] not in names]
    st.markdown(_finding(known, others, changes))
    with st.expander("All scores"):
        before, after = (scores(known, half)[0].tolist() for half in (z[:1], z[1:]))
        table = {
            "direction": [plain(known.names[row]) for row in order],
            "before": [numeral(before[row], "+.2f") for row in order],
            "after": [numeral(after[row], "+.2f") for row in order],
            "change": [numeral(changes[row], "+.2f") for row in order],
        }
        st.table(table, border="horizontal", hide_index=True, alt="Scores before and after")
        st.caption("In standard deviations; of a label, 0 is where no becomes yes.")


def _finding(known: Directions, others: Sequence[int], changes: Sequence[float]) -> str:
    labels = [row for row in others if known.kinds[row] == LABEL and abs(changes[row]) >= 0.05]
    if not labels:
        return "Blue was asked for, orange was not."
    most = ", ".join(
        f"{spoken_of(known.names[row])}\N{NO-BREAK SPACE}{numeral(changes[row], '+.2f')}"
        for row in labels[:3]
    )
    return (
        f"Blue was asked for, orange was not: **{most}** moved along. A direction learnt from"
        " labels carries all that goes with the label in the data. A label is what annotators"
        " ticked, not what a person is."
    )


def show_cosines(chosen: Directions, orthogonalised: bool) -> None:
    """A heat map of the angles between the chosen ones, as the latent is moved along them."""
    st.subheader("Cosines between them", anchor=False)
    found = cosines(orthogonal(chosen.vectors) if orthogonalised else chosen.vectors)
    st.plotly_chart(
        cosine_map(chosen.names, found),
        config={"displayModeBar": False},
        alt=f"Cosines of the angles between {', '.join(chosen.names)}",
        key="cosines",
    )
    if orthogonalised:
        st.markdown(
            "Each is freed of those before it, so all are at right angles; what nothing is left of"
            " has no angle. Without Orthogonalise you see how they lie."
        )
        return
    moved = max(1, int((chosen.vectors != 0).any(dim=0).sum()))
    st.markdown(
        "0 is at right angles, and two directions by chance are nearly so:"
        f" ± {moved**-0.5:.3f} where {moved:,} variables are moved. What is far from 0 is no"
        " accident: above it the two move latents alike, below it against each other. Attributes"
        " that often come together do that, and so do classes that look alike, though no picture"
        " has both."
    )
