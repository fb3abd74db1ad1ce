"""What a picture would cost under other labels."""

import streamlit as st
from torch import Tensor

from explorer import figures
from realnvp import RealNVP
from realnvp.labels import Label, label_names
from realnvp.numerals import numeral


def show_label_costs(flow: RealNVP, costs: Tensor, label: Label) -> None:
    """A bar for each label: bits of the whole picture, more or fewer than under `label`."""
    names = label_names(flow.config)
    chosen = [label] if isinstance(label, str) else list(label or ())
    if flow.config.label_kind == "class":
        st.markdown(
            "What the whole picture would cost under another class. Look for the cheapest: each bit"
            " fewer makes it twice as likely, so the model is a classifier too, though nobody"
            " trained it as one."
        )
    else:
        st.markdown(
            "What the whole picture would cost if one attribute were turned: bold ones off, the"
            " others on. Look for bars to the left: there the picture is likelier with it turned."
        )
    words = ", ".join(
        f"{name} {numeral(cost, '+.1f')}" for name, cost in zip(names, costs.tolist(), strict=True)
    )
    st.plotly_chart(
        figures.cost_bars(names, costs, chosen),
        config={"displayModeBar": False},
        alt=f"Bits more or fewer than under {', '.join(chosen) or 'none'}: {words}",
        key="label_costs",
    )
