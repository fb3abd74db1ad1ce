"""The feature nets that lie beside the models, each opened once for all visitors."""

from collections.abc import Callable, Iterable
from pathlib import Path

import streamlit as st

from explorer.ui.models import changed_at, freeze_gc
from realnvp import CheckpointError
from realnvp.checkpoint import WEIGHTS, checkpoint_folder
from realnvp.looks.net import FeatureNet
from realnvp.looks.store import FOLDER, load_net


def first_net(names: Iterable[str], fits: Callable[[FeatureNet], bool]) -> FeatureNet | None:
    """The first of these that can be read and fits; None if none does.

    Args:
        names: of `realnvp.looks.store.list_nets`; no other is opened.
    """
    for name in names:
        folder = checkpoint_folder(f"{FOLDER}/{name}")
        try:
            net = _load(str(folder), changed_at(folder / WEIGHTS))
        except CheckpointError:
            continue
        if fits(net):
            return net
    return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _load(folder: str, changed: int) -> FeatureNet:
    """On the CPU, frozen, for all visitors: never change it. The arguments are the key."""
    path = Path(folder)
    net = load_net(path.name, path.parent)
    freeze_gc()
    return net
