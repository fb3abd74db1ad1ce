"""What pictures of another kind cost, beside the model's own test set: the classic surprise."""

import streamlit as st
from torch import Tensor

from explorer.examples import others_with_pictures
from explorer.figures import two_histograms
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.likelihood.subject import Subject
from explorer.ui.tiles import tiles_of
from explorer.views.likelihood import OTHER_COLUMNS, AnotherSet, Others
from realnvp.explore.rank import rank_of
from realnvp.numerals import numeral


def show(subject: Subject) -> Others:
    """Two histograms in one chart, and the other pictures with their bits/dim."""
    subject.look.choose("other", others_with_pictures(subject.flow))
    subject.controls()
    view: AnotherSet = subject.look.view()
    shown: Others = subject.draw()
    bits, quantiles = shown.bits, subject.flow.card.get("test_quantiles", [])
    low, high = (numeral(float(value), ".2f") for value in bits.aminmax())
    if rank_of(float(bits[0]), quantiles) is None:
        st.info("This checkpoint came without bits/dim of its test set, so there is no histogram.")
    else:
        names = "its own test pictures", f"all {len(bits)} pictures of {view.other}"
        st.plotly_chart(
            two_histograms(quantiles, bits, names),
            config={"displayModeBar": False},
            alt=f"Bits/dim of the test pictures, and of {len(bits)} pictures of {view.other}, which"
            f" cost {low} to {high}; dashed is the median test picture",
            key="two_sets",
        )
        st.markdown(in_words(bits, quantiles, view.other, subject.checkpoint))
    figure = tiles_of(
        shown.images,
        OTHER_COLUMNS,
        alt=f"{len(bits)} pictures of {view.other}, with their bits/dim",
        caption="The number is bits/dim, with u = 1/2, as for the test pictures of the chart. One"
        " that is pressed is encoded, to go on with it.",
        labels=[numeral(value, ".2f") for value in bits.tolist()],
        titles=[f"{view.other}, no. {index}" for index in range(1, len(bits) + 1)],
        room=900,
    )
    subject.offer(figure, shown.images, key="other_set")
    note_below_zero(bits)
    return shown


def in_words(bits: Tensor, quantiles: list[float], other: str, own: str) -> str:
    """How many of the others cost less than the median of the model's own, and what follows."""
    count, middle = len(bits), quantiles[len(quantiles) // 2]
    less = int((bits < middle).sum())
    dear, cheap = int((bits > quantiles[-1]).sum()), int((bits < quantiles[0]).sum())
    low, high = (numeral(float(value), ".2f") for value in bits.aminmax())
    words = (
        f"**What to notice.** {_of(less, count)} pictures of {plain(other)} cost {plain(own)} fewer"
        f" bits than the median of its own test pictures, {numeral(middle, '.2f')} bits/dim: they"
        f" cost {low} to {high}."
    )
    if dear == count:
        return f"{words} All cost more than any test picture: here cost alone tells them apart."
    if less > count / 2:
        return (
            f"{words} To the model most of them are likelier than its own kind: likelihood does not"
            " tell what belongs to its set."
        )
    among = count - dear - cheap
    told = [_cost(dear, "more than any test picture")] if dear else []
    told += [_cost(cheap, "less than any test picture")] if cheap else []
    if not told:
        return f"{words} None costs more, or less, than all test pictures: cost tells none apart."
    rest = f"; {_cost(among, 'as much as test pictures do')}" if among else ""
    return f"{words} {' and '.join(told)}{rest}."


def _cost(part: int, what: str) -> str:
    return f"{part} cost{'s' if part == 1 else ''} {what}"


def _of(part: int, count: int) -> str:
    """ "All 12", "None of the 12", "5 of the 12"."""
    if part == count:
        return f"All {count}"
    return f"None of the {count}" if part == 0 else f"{part} of the {count}"
