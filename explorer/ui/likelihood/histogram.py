"""Where a picture stands among the test set and samples."""

import streamlit as st
import torch

from explorer.figures import histogram
from explorer.ui.bits import note_below_zero
from explorer.ui.likelihood.subject import Subject
from explorer.ui.tiles import show_tiles
from explorer.views.likelihood import COLUMNS, COUNT
from explorer.views.likelihood import Histogram as View
from explorer.views.sample import Drawn
from realnvp.explore.rank import rank_of
from realnvp.numerals import numeral


def show(subject: Subject) -> Drawn:
    """The test set's bits/dim with this picture and samples on it."""
    view: View = subject.controls()
    report, shown = subject.report(), subject.draw()
    bits = shown.samples.bits
    quantiles = subject.flow.card.get("test_quantiles", [])
    values = report.bits_per_dim, float(bits.min()), float(bits.max())
    own, low, high = (numeral(value, ".2f") for value in values)
    usable = rank_of(report.bits_per_dim, quantiles) is not None
    if not usable:
        st.info("This checkpoint came without bits/dim of its test set, so there is no histogram.")
    else:
        rugs = {f"samples at temperature {view.temperature:.2f}": bits}
        st.plotly_chart(
            histogram(quantiles, report.bits_per_dim, "this picture", rugs),
            alt=f"Test pictures by bits/dim; this picture costs {own}, the samples {low} to {high}",
        )
    show_tiles(
        shown.samples.images,
        COLUMNS,
        key="likely_samples",
        alt=f"{COUNT} samples at temperature {view.temperature:.2f}, seed {view.seed}, with their"
        " bits/dim",
        caption="Samples with their bits/dim: the cooler, the cheaper, and the more alike.",
        labels=[numeral(value, ".2f") for value in bits.tolist()],
        room=700,
    )
    note_below_zero(torch.tensor(values))
    words = f"The median of these samples costs {numeral(float(bits.median()), '.2f')} bits/dim"
    if usable:
        words += f", the median test picture {numeral(quantiles[len(quantiles) // 2], '.2f')}"
    st.markdown(
        f"**What to notice.** {words}. At temperature 1 the two would agree in a model that fits"
        " perfectly. Cooler samples are nicer to look at and cost less than real pictures do: cost"
        " does not measure beauty."
    )
    return shown
