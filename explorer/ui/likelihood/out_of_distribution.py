"""What else a model calls likely: a picture turned, blurred and shuffled, noise, other examples."""

import streamlit as st
import torch

from explorer.examples import examples_of
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.likelihood.subject import Subject
from explorer.ui.models import checkpoint_names
from explorer.ui.tiles import tiles_of
from explorer.views.likelihood import MAX_OTHERS, ODD_COLUMNS, Odd
from realnvp.explore.out_of_distribution import Costs
from realnvp.explore.rank import rank_agreement, rank_of
from realnvp.numerals import numeral

HARDLY = 0.05  # bits/dim


def show(subject: Subject) -> Odd:
    """What one picture can be turned into, and examples of other models, by cost."""
    subject.look.set("others", _others(subject))
    subject.controls()
    shown: Odd = subject.draw()
    names, costs = list(shown.images), shown.costs
    images = torch.cat([*shown.images.values()])
    figure = tiles_of(
        images,
        ODD_COLUMNS,
        alt=f"{subject.name} and what it was turned into: {', '.join(names)}",
        caption="Which of these would you call likely? The number is bits/dim. One that is pressed"
        " is encoded, to go on with it.",
        labels=[numeral(value, ".2f") for value in costs.bits_per_dim.tolist()],
        titles=[subject.name, *names[1:]],
        room=700,
    )
    subject.offer(figure, images, key="out_of_distribution")
    quantiles = subject.flow.card.get("test_quantiles")
    st.markdown(_lesson(names, costs, quantiles))
    st.dataframe(
        _table(names, costs, quantiles),
        hide_index=True,
        height="content",
        key="odd_costs",
        alt="What each of these costs, and of which parts, the cheapest first",
    )
    note_below_zero(costs.bits_per_dim)
    st.caption(
        "Prior: what the latents of a level cost. Volume: the sum of all log-dets and the logit;"
        " negative where the flow stretches space. More on this in"
        " [Nalisnick et al., 2019](https://arxiv.org/abs/1810.09136) and"
        " [Serrà et al., 2020](https://arxiv.org/abs/1909.11480)."
    )
    return shown


def _others(subject: Subject) -> tuple[str, ...]:
    """Checkpoints with an example of their own, which is not the picture itself."""
    found = []
    for name in checkpoint_names():
        images = examples_of([name], subject.flow.config).values()
        if name != subject.checkpoint and any(not torch.equal(x, subject.image) for x in images):
            found.append(name)
    return tuple(found[:MAX_OTHERS])


def _table(names: list[str], costs: Costs, quantiles: object) -> dict[str, list[str]]:
    """A row for each picture, the cheapest first."""
    rows: list[dict[str, str]] = []
    for index in costs.bits_per_dim.argsort().tolist():
        bits = float(costs.bits_per_dim[index])
        row = {"picture": names[index], "bits/dim": numeral(bits)}
        if (place := rank_of(bits, quantiles)) is not None:
            row["among test pictures"] = place.in_words()
        for level, part in enumerate(costs.prior[index].tolist(), start=1):
            row[f"prior, level {level}"] = numeral(part)
        row["volume"] = numeral(float(costs.volume[index]), "+.3f")
        row["as a PNG file"] = f"{float(costs.png[index]):.2f}"
        rows.append(row)
    return {head: [row[head] for row in rows] for head in rows[0]}


def _lesson(names: list[str], costs: Costs, quantiles: object) -> str:
    """What the numbers on the page say, and no more."""
    bits = costs.bits_per_dim
    least, most = int(bits.argmin()), int(bits.argmax())
    place = rank_of(float(bits[least]), quantiles)
    where = f" (of the test pictures {place.in_words()})" if place else ""
    values = bits[least], bits[0] - bits[least], costs.volume[0] - costs.volume[least]
    fewest, saved, by_volume = (numeral(float(value), ".2f") for value in values)
    turn = float(bits[1] - bits[0])
    turned = f"Standing the picture on its head costs {numeral(turn, '+.2f')}"
    if abs(turn) < HARDLY:
        turned += ": hardly news to a model that looks at neighbouring pixels"
    agreement = numeral(rank_agreement(bits.tolist(), costs.png.tolist()), ".2f")
    return (
        f"**What to notice.** *{plain(names[least])}* costs least, {fewest} bits/dim{where}:"
        f" {saved} fewer than the picture, and the volume alone is {by_volume} less."
        f" *{plain(names[most])}* costs most, {float(bits[most]):,.0f}."
        f" {turned}. PNG, which guesses pixels from neighbours and then looks for"
        f" repeats, orders all of them with a rank correlation of {agreement} to the model."
        f" {_verdict(bits[1:], quantiles)}"
    )


def _verdict(odd: torch.Tensor, quantiles: object) -> str:
    """Whether cost alone tells these pictures from test pictures."""
    places = [rank_of(float(value), quantiles) for value in odd]
    if None in places:
        return "How test pictures are spread this checkpoint does not say."
    dear = sum(place.side > 0 for place in places if place)
    cheap = sum(place.side < 0 for place in places if place)
    if dear == len(odd):
        return "All of them cost more than any test picture: here cost alone tells them apart."
    less = f", {cheap} of them less than any" if cheap else ""
    if not dear:
        return (
            f"None of these {len(odd)} costs more than all test pictures do{less}: a high cost"
            " tells none of them from real ones."
        )
    return (
        f"{dear} of these {len(odd)} cost more than any test picture, and cost tells them apart;"
        f" {len(odd) - dear} do not{less}."
    )
