"""Where a picture stands among the test set and samples."""

import streamlit as st
import torch
from torch import Tensor

from explorer.figures import histogram
from explorer.ui.bits import note_below_zero
from explorer.ui.likelihood.subject import Subject
from explorer.ui.offer import offer_tiles, pin_of_sample
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
    st.markdown(_notice(bits, view.temperature, quantiles if usable else None))
    flow, drawn = subject.flow, shown.samples
    offer_tiles(
        drawn.images,
        COLUMNS,
        lambda index: pin_of_sample(
            flow, subject.checkpoint, drawn, index, view.seed, view.temperature
        ),
        key="likely_samples",
        titles=[f"Sample {place + 1} of seed {view.seed}" for place in drawn.places.tolist()],
        alt=f"{COUNT} samples at temperature {view.temperature:.2f}, seed {view.seed}, with their"
        " bits/dim",
        caption="Samples with their bits/dim.",
        labels=[numeral(value, ".2f") for value in bits.tolist()],
        room=700,
    )
    note_below_zero(torch.tensor(values))
    return shown


def _notice(bits: Tensor, temperature: float, quantiles: list[float] | None) -> str:
    """What the samples cost, beside the test pictures where those are known."""
    median = float(bits.quantile(0.5))  # of 16; `median` gives the 8th
    words = (
        f"**What to notice.** The median of these samples costs {numeral(median, '.2f')} bits/dim"
    )
    if quantiles is None:
        return f"{words}."
    middle = quantiles[len(quantiles) // 2]
    side = "fewer than" if median < middle else "more than"
    words += f", {side} the median test picture, {numeral(middle, '.2f')}."
    if temperature == 1:
        return (
            f"{words} At temperature 1 the two would agree in a model that fits perfectly. Where"
            " do the medians go when you cool the samples?"
        )
    if temperature < 1 and median < middle:
        return (
            f"{words} Samples below temperature 1 are plainer than real pictures and cost less:"
            " cost does not measure how good a picture is."
        )
    return f"{words} The two should agree at temperature 1 alone."
