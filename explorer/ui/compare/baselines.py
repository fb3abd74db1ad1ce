"""The baselines that all visitors share."""

from pathlib import Path

import streamlit as st

from explorer.ui.card import plain
from explorer.ui.models import (
    changed_at,
    checkpoint_names,
    engine,
    flow_of,
    freeze_gc,
    within_memory,
)
from realnvp import CheckpointError, RealNVP
from realnvp.baselines import Baseline, list_baselines, load_baseline
from realnvp.baselines.store import baseline_folder
from realnvp.checkpoint import WEIGHTS


def baselines() -> dict[str, Baseline]:
    """Those that are there, by their kinds; a damaged one is one line on the page."""
    found = {}
    for kind in list_baselines():
        try:
            found[kind] = _of(kind)
        except CheckpointError as error:
            st.warning(f"{plain(str(error))}. The others can be used.", icon=":material/info:")
    return found


def flow_beside(
    models: dict[str, Baseline], flow: RealNVP, checkpoint: str
) -> tuple[RealNVP, str] | None:
    """The chosen checkpoint if it has learned from the same pictures, else one that has.

    None if there is no such model.
    """
    sizes = {model.config.image_size for model in models.values()}
    sets = {model.card.get("data") for model in models.values()}
    if _fits(flow, checkpoint, sizes, sets):
        return flow, checkpoint
    for name in checkpoint_names():
        if name not in sets:  # only those that are named after the pictures are opened for it
            continue
        try:
            other = flow_of(name)
        except CheckpointError:
            continue
        if _fits(other, name, sizes, sets):
            return other, name
    return None


def _fits(flow: RealNVP, name: str, sizes: set[tuple[int, int]], sets: set[object]) -> bool:
    """Whether it draws such pictures; a card written by `train` names the set, others do not."""
    training = flow.card.get("training")
    data = training.get("data", name) if isinstance(training, dict) else name
    size = flow.config.image_size
    return flow.has_couplings and flow.config.channels == 1 and size in sizes and data in sets


def _of(kind: str) -> Baseline:
    folder = baseline_folder(kind)
    changed = changed_at(folder / WEIGHTS)
    with within_memory():
        return _load(str(folder), kind, changed, str(engine().device))


@st.cache_resource(max_entries=6, show_spinner=False)
def _load(folder: str, kind: str, changed: int, device: str) -> Baseline:
    """One frozen model a kind: never change it. The arguments are the key."""
    model = load_baseline(kind).to(device)
    engine().loaded_from(model, Path(folder))
    freeze_gc()
    return model
