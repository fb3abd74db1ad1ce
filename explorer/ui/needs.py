"""What a page needs of a model besides encode, decode and log p, and what it says without."""

from typing import Literal

import streamlit as st

import realnvp
from explorer.ui import address
from explorer.ui.card import plain
from realnvp import RealNVP

Need = Literal["couplings", "levels"]
SOME = 3  # models that are named


def has(flow: RealNVP, need: Need) -> bool:
    """Whether a model has what a page needs; a RealNVP of one level has levels, one of them."""
    return flow.has_couplings or (need == "levels" and flow.config.num_levels > 1)


def stop_without(flow: RealNVP, name: str, need: Need) -> None:
    """End a page whose model has not what it needs, with a sentence about who has."""
    if has(flow, need):
        return
    if need == "couplings":
        why = (
            f"This page goes through the couplings of RealNVP one by one, and {plain(name)} is a"
            " flow of another kind."
        )
    else:
        why = (
            f"This page takes a latent apart by its levels, and {plain(name)} gives its latent as"
            " a whole (a multi-scale flow can name them: `level_shapes`)."
        )
    st.info(f"{why} {who_has()}", icon=":material/info:")
    address.stop()


def who_has() -> str:
    """A sentence about the models that have couplings and levels."""
    names = realnvp.list_checkpoints()
    if not names:
        return "A checkpoint of RealNVP has them; there is none here yet."
    some = ", ".join(plain(name) for name in names[:SOME])
    return f"Every checkpoint has them: choose one in the sidebar, such as {some}."
