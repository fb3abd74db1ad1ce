"""What can be said of the bits of a flow that is not taken apart."""

import streamlit as st

from explorer.ui.card import plain
from explorer.ui.needs import who_has
from realnvp.explore.out_of_distribution import Costs
from realnvp.explore.rounding import rounded_parts
from realnvp.numerals import numeral


def show_two_terms(costs: Costs, total: float) -> None:
    """The prior and the log-det as a whole, with who has more.

    Args:
        total: bits/dim as the page shows them.
    """
    terms = [float(costs.prior[0].sum()), float(costs.volume[0])]
    (prior, volume), whole = rounded_parts(terms, 3, total)
    st.markdown(
        f"The prior of the latent costs {numeral(prior, '')} bits/dim, and the log-det of all steps"
        f" together {numeral(volume, '+')}: in sum {numeral(whole, '')}."
    )
    st.info(f"Single couplings are known of RealNVP alone. {who_has()}", icon=":material/info:")


def show_no_map(name: str) -> None:
    """Why there is none, with who has one."""
    st.info(
        f"Which pixel costs what is told by the couplings of RealNVP; of {plain(name)} only the sum"
        f" is known. {who_has()}",
        icon=":material/info:",
    )
