"""What a small classifier reads off the pictures before and after: what has moved in sight."""

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from explorer.figures.directions import score_bars
from explorer.ui.cache import cached
from explorer.ui.directions.names import spoken_of
from explorer.ui.feature_nets import first_net
from explorer.ui.models import run_locally
from realnvp.explore.directions import LABEL, Directions, side_effects
from realnvp.looks.net import FeatureNet
from realnvp.looks.reading import has_learned, labels_of, probabilities
from realnvp.looks.store import list_nets
from realnvp.numerals import numeral

BARS = 8
SEEN = 5  # percentage points, as they are shown, that are worth a word
MOVED = 0.5  # and of a score, in standard deviations


def show_reading(known: Directions, names: Sequence[str], z: Tensor, images: Tensor) -> None:
    """How far the classifier's probabilities moved, the furthest first; nothing without one.

    Args:
        names: the directions that were asked for.
        z: before and after, (2, D).
        images: of both, uint8 (2, C, H, W).
    """
    net = _net_for(known, images.shape[1])
    if net is None:
        return
    signature = id(net), images.numpy().tobytes()
    before, after = cached(
        "directions_read", signature, lambda: run_locally(probabilities, net, images)
    ).tolist()
    labels = labels_of(net)
    changes = [late - early for early, late in zip(before, after, strict=True)]
    order = sorted(range(len(labels)), key=lambda row: -abs(changes[row]))
    # What was asked for has its bar, however little it moved.
    asked = [row for row in order if labels[row] in names]
    first = [*asked, *(row for row in order if row not in asked)][:BARS]
    shown = sorted(first, key=order.index)
    st.subheader("Read off the pictures", anchor=False)
    st.plotly_chart(
        score_bars(
            [labels[row] for row in shown],
            [100 * changes[row] for row in shown],
            [labels[row] in names for row in shown],
            axis="change, percentage points",
            form="+.0f",
        ),
        config={"displayModeBar": False},
        alt="Bars of the probabilities that change most: "
        + ", ".join(f"{labels[row]} {_points(changes[row])}" for row in shown[:5]),
        key="directions_reading",
    )
    others = [row for row in order if labels[row] not in names]
    said = [_of_the_asked(labels[r], before[r], after[r]) for r in asked[:3]]
    said.append(_of_others([(labels[r], changes[r]) for r in others], alone=not asked))
    read = dict(zip(labels, changes, strict=True))
    said.append(_in_the_latent_alone(known, names, z, read))
    st.markdown(" ".join(line for line in said if line))
    st.caption(_who_reads(net))


def _of_the_asked(name: str, before: float, after: float) -> str:
    verb = "goes" if _is_seen(after - before) else "stays about the same:"
    shares = f"from {_percent(before)} to {_percent(after)}"
    return f"{spoken_of(name)} was asked for and {verb} **{shares}**."


def _of_others(others: Sequence[tuple[str, float]], *, alone: bool) -> str:
    seen = [
        f"**{spoken_of(n)}\N{NO-BREAK SPACE}{_points(change)}**"
        for n, change in others
        if _is_seen(change)
    ]
    if not seen:
        what = "nothing" if alone else "nothing else"
        return f"In the picture {what} changes by {SEEN} points or more."
    more = f" and {len(seen) - 3} more" if len(seen) > 3 else ""
    along = "In the picture, in points" if alone else "Along with it in the picture, in points"
    return f"{along}: {', '.join(seen[:3])}{more}."


def _in_the_latent_alone(
    known: Directions, names: Sequence[str], z: Tensor, read: dict[str, float]
) -> str:
    """Of a label whose score moves though the picture does not show it, the one that moves most."""
    changes = side_effects(known, z[:1], z[1:]).tolist()
    found = [
        (abs(change), name, change)
        for name, kind, change in zip(known.names, known.kinds, changes, strict=True)
        if kind == LABEL and name not in names and name in read
        if abs(change) >= MOVED and not _is_seen(read[name])
    ]
    if not found:
        return ""
    _, name, change = max(found)
    return (
        f"{spoken_of(name)} moves in the latent ({numeral(change, '+.2f')}), and hardly in the"
        " picture."
    )


def _who_reads(net: FeatureNet) -> str:
    kind = "labels of test pictures" if net.config.attributes else "test pictures"
    share = net.card.get("test_accuracy")
    right = ""
    if isinstance(share, float) and 0 <= share <= 1:
        right = f", right for {_percent(share)} of {kind}"
    return (
        f"A small classifier reads them{right}. It had no part in the flow, and it learned from the"
        " same labels: what goes together there, it may take for one another too."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _is_seen(change: float) -> bool:
    """Whether it is, in the whole points of the chart: what stands there as 5 is no less than 5."""
    return round(100 * abs(change)) >= SEEN


def _points(change: float) -> str:
    return numeral(100 * change, "+.0f")


def _net_for(known: Directions, channels: int) -> FeatureNet | None:
    """The feature net that has learned the labels of these directions, if one is there."""
    pairs = zip(known.names, known.kinds, strict=True)
    wanted = [name for name, kind in pairs if kind == LABEL]
    return first_net(list_nets() if wanted else (), lambda net: has_learned(net, wanted, channels))
