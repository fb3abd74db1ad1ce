"""The round trip of a picture: its pictures and numbers."""

from dataclasses import replace

import streamlit as st

from explorer.tray.pins import Pin
from explorer.ui.bits import MEASURE, note_below_zero
from explorer.ui.offer import offer_on
from explorer.ui.tiles import Figure
from explorer.views.encode import RoundTrip
from realnvp import RealNVP
from realnvp.explore.rank import rank_of
from realnvp.explore.report import Report
from realnvp.numerals import numeral

SIDE = 288  # of a picture on the page, in CSS pixels, where the column has room


def show_round_trip(flow: RealNVP, shown: RoundTrip, name: str, pin: Pin) -> None:
    """x, z, the way back, and what it got wrong.

    Args:
        name: of the picture, for people.
        pin: its latent, to go on with where one of the two pictures of it is pressed.
    """
    report = shown.report
    height, width = report.image.shape[2:]
    error = "no byte differs" if not report.byte_error else f"at most {report.byte_error}/255"
    # Where the numbers of a flow of another kind belong, only their levels' shapes tell.
    where = "each variable at its pixel" if flow.has_couplings else "laid out as a picture"
    words = [
        (f"{name} at {height} × {width}", "x, as the model sees it"),
        (f"Latent of {name}, {where}", f"z = f(x), {where}"),
        (f"{name}, encoded and decoded", "f⁻¹(z), the way back"),
        (f"Error of {name}, encoded and decoded: {error}", f"f⁻¹(z) − x: {error}"),
    ]
    figures = [
        Figure(p, alt, text, SIDE) for p, (alt, text) in zip(shown.parts, words, strict=True)
    ]
    for at, title in ((0, name), (2, f"{name}, decoded")):
        figures[at] = replace(figures[at], titles=[title])
    with st.container():
        offer_on(figures[:2], lambda _: pin, key="there")
        offer_on(figures[2:], lambda _: pin, key="back")


def show_numbers(flow: RealNVP, report: Report) -> None:
    """Bytes, errors, bits and norm."""
    whole = report.image.numel()
    error = report.logit_error
    in_logits = "" if error is None else f" ({error:.1e} in logits)"
    with st.container(horizontal=True, gap="medium"):
        st.metric(
            "Bytes equal",
            f"{report.equal_bytes:,} of {whole:,}",
            width="content",
            help="After encoding and decoding. Look for the whole number: the model is a bijection,"
            " so nothing may be lost, whatever the picture is of.",
        )
        st.metric(
            "Largest error",
            f"{report.byte_error} / 255",
            width="content",
            help="In steps of a byte. Before rounding to bytes the computer's arithmetic was off by"
            f" {report.real_error:.1e} of a step at most{in_logits}; below 1/2 no byte can change.",
        )
        st.metric(
            "Bits/dim",
            numeral(report.bits_per_dim),
            width="content",
            help=f"{MEASURE} Uniform noise costs 8; fewer bits means more likely. Test sets are"
            " measured under noise instead: see the tab Noise.",
        )
        if place := rank_of(report.bits_per_dim, flow.card.get("test_quantiles")):
            st.metric(
                "Among test pictures",
                place.in_words(),
                width="content",
                help="Where these bits/dim stand among those of the pictures that were kept from"
                " training. Try a plain picture: it costs less than all of them, however odd it"
                " is. Likely is not the same as typical.",
            )
        st.metric(
            "‖z‖ / √D",
            f"{report.norm:.3f}",
            width="content",
            help="Nearly all Gaussian noise has 1 here. Well above, the picture is unusual to the"
            " model; well below, it is plainer than its pictures.",
        )
    note_below_zero(report.bits_per_dim)
