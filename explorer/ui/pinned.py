"""The latents that this visitor has pinned: the one place that changes them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from explorer.ids import is_id, new_id
from explorer.tray.pins import (
    MAX_NAME,
    Pin,
    PinError,
    check_tray,
    find_pin,
    free_name,
    from_bytes,
    with_pin,
)
from explorer.tray.workspace import (
    OutdatedError,
    Workspace,
    WorkspaceError,
    data_folder,
)
from explorer.ui.address import TRAY
from realnvp import RealNVP

STATE = "tray_kept"  # no widget has this key: it would put its own value there
MAX_TRIES = 10  # at a change that others change under
ROOM = "Remove some first, or save the tray to a file and clear it."


@dataclass(frozen=True)
class Tray:
    """What is pinned.

    Args:
        pins: in the visitor's order, each with a name of its own.
        key: to the tray on the server, if it is kept there.
        version: of that.
        before: the pins before they were last removed, to take that back.
        news: one line that is said once.
        problem: one line that stays until the next change.
    """

    pins: tuple[Pin, ...] = ()
    key: str | None = None
    version: int = 0
    before: tuple[Pin, ...] | None = None
    news: str = ""
    problem: str = ""


def current() -> Tray:
    """This visitor's tray; on arrival the one that the link names, if it is still kept."""
    tray = st.session_state.get(STATE)
    if tray is None:
        tray = _stored(Tray(key=_key_of_link()))
        # A key that opens nothing is not taken over: whoever made it up may know it.
        tray = _set(tray if tray.version else replace(tray, key=None))
    return tray


def refresh() -> Tray:
    """The tray, with what was changed in another tab of the same link."""
    tray = _set(_stored(current()))
    if tray.key and st.query_params.get(TRAY) != tray.key:
        st.query_params[TRAY] = tray.key
    return tray


def change(
    edit: Callable[[Sequence[Pin]], Sequence[Pin]],
    news: str = "",
    *,
    can_undo: bool = False,
    refusal: str = "",
) -> bool:
    """Replace the pins by edit(pins), here and on the server; where they do not fit, say so.

    Args:
        refusal: what is said at once if they were not replaced; the reason stays in the tray.

    Returns:
        Whether they were replaced.
    """
    tray = current()
    for _ in range(MAX_TRIES):
        tray = _stored(tray)
        try:
            pins = tuple(edit(tray.pins))
            check_tray(pins)
        except PinError as error:
            told = f"The tray is full. {refusal}".strip()
            _set(replace(tray, news=told, problem=f"{told} {error} {ROOM}"))
            return False
        if pins == tray.pins and not tray.problem:  # the same ones, and they are stored
            _set(replace(tray, news=news))
            return True
        before = tray.pins if can_undo else None
        with suppress(OutdatedError):  # then once more, on what another tab has made of it
            _set(_keep(replace(tray, pins=pins, before=before, news=news, problem="")))
            return True
    problem = f"{refusal} Others are changing this tray; please try again.".strip()
    _set(replace(tray, news=refusal, problem=problem))
    return False


def said() -> None:
    """The news was shown."""
    _set(replace(current(), news=""))


def add(made: Pin) -> str | None:
    """One more, at the end, if it is not there; its name there, or None if there is no room."""
    known: Pin | None = None

    def edit(pins: Sequence[Pin]) -> Sequence[Pin]:
        nonlocal known
        known = find_pin(pins, made)
        return pins if known else with_pin(pins, made)

    if not change(edit, refusal=f"{made.name} was not pinned."):
        return None
    name = known.name if known else current().pins[-1].name
    already = " already" if known else ""
    _set(replace(current(), news=f"{name} is{already} in the tray."))
    return name


def add_some(made: Sequence[Pin]) -> None:
    """As many of these as there is room for, those that are there already left where they are."""
    there = 0

    def edit(pins: Sequence[Pin]) -> Sequence[Pin]:
        nonlocal there
        there = 0
        for one in made:
            if find_pin(pins, one) is None:
                more = with_pin(pins, one)
                try:
                    check_tray(more)
                except PinError:
                    continue
                pins = more
            there += 1
        return pins

    if change(edit):
        left = len(made) - there
        room = f"; there is no room for {left} more. {ROOM}" if left else "."
        _set(replace(current(), news=f"{there} of these are in the tray{room}"))


def remove(name: str) -> None:
    change(lambda pins: [p for p in pins if p.name != name], f"{name} removed.", can_undo=True)


def clear() -> None:
    change(lambda pins: [], "The tray is empty.", can_undo=True)


def undo() -> None:
    """Take back the last removal."""
    before = current().before
    if before is not None:
        change(lambda pins: before)


def rename(name: str, wish: str) -> str:
    """Give a pin the name that was typed, as far as it can have it; gives the name it now has."""
    line = "".join(letter for letter in wish if letter.isprintable()).strip()[:MAX_NAME]

    new = free_name(line or name, [p.name for p in refresh().pins if p.name != name])
    change(lambda pins: [replace(p, name=new) if p.name == name else p for p in pins])
    return new


def move(name: str, step: int) -> None:
    """Towards the front (-1) or the end (1)."""

    def edit(pins: Sequence[Pin]) -> list[Pin]:
        order = list(pins)
        at = next((index for index, p in enumerate(order) if p.name == name), None)
        if at is not None and 0 <= at + step < len(order):
            order[at], order[at + step] = order[at + step], order[at]
        return order

    change(edit)


def load_file(data: bytes) -> None:
    """Add the pins of a file that are not there; a bad file changes nothing."""
    try:
        found = from_bytes(data)
    except PinError as error:
        _set(replace(current(), problem=f"{error} The tray is as it was."))
        return

    new: list[Pin] = []

    def edit(pins: Sequence[Pin]) -> Sequence[Pin]:
        new[:] = [made for made in found if find_pin(pins, made) is None]
        for made in new:
            pins = with_pin(pins, made)
        return pins

    if change(edit, refusal="The tray is as it was."):
        known = len(found) - len(new)
        more = f"; {known} of it in the tray already" if known else ""
        _set(replace(current(), news=f"{len(new)} from the file{more}."))


def fitting(flow: RealNVP, checkpoint: str) -> list[Pin]:
    """The pins that are latents of this model, at its trained size."""
    config = flow.config
    shape = (config.channels, *config.image_size)

    def fits(made: Pin) -> bool:
        kinds = {None: None, "class": 0, "attributes": 1}
        ndim = None if made.labels is None else made.labels.ndim
        if made.checkpoint != checkpoint or made.image.shape != shape:
            return False
        if ndim != kinds[config.label_kind]:
            return False
        if made.labels is None:
            return True
        if ndim == 0:
            return int(made.labels) < config.num_labels
        return len(made.labels) == config.num_labels

    return [made for made in current().pins if fits(made)]


def _set(tray: Tray) -> Tray:
    st.session_state[STATE] = tray
    return tray


def _key_of_link() -> str | None:
    key = st.query_params.get(TRAY)
    return key if is_id(key) else None


def _stored(tray: Tray) -> Tray:
    """The tray as it is on the server, where that is newer."""
    workspace = _workspace()
    if tray.key is None or workspace is None:
        return tray
    try:
        if workspace.version(tray.key) == tray.version:
            return tray
        found = workspace.load(tray.key)
    except WorkspaceError as error:
        return replace(tray, problem=str(error))
    if found is None:
        return tray
    version, pins = found
    return replace(tray, version=version, pins=tuple(pins), before=None)


def _keep(tray: Tray) -> Tray:
    """The tray, stored; where that fails it goes on in memory.

    Raises:
        OutdatedError: if another tab was faster.
    """
    workspace = _workspace()
    if workspace is None:
        return tray
    key = tray.key or new_id()
    try:
        return replace(tray, key=key, version=workspace.save(key, tray.pins, tray.version))
    except OutdatedError:
        raise
    except WorkspaceError as error:
        return replace(tray, problem=str(error))


def _workspace() -> Workspace | None:
    folder = data_folder()
    return None if folder is None else _workspace_in(str(folder))


@st.cache_resource(show_spinner=False)
def _workspace_in(folder: str) -> Workspace:
    """The one of this server."""
    return Workspace(Path(folder))
