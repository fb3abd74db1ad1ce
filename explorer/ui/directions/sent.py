"""Pictures that a visitor sends to teach from: some at a time, or two folders in a zip file."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import streamlit as st
from torch import Tensor

from explorer.ui.arrival import file_arrival, new_arrivals
from explorer.ui.cache import cached
from explorer.ui.card import plain
from explorer.views.directions import MAX_TAUGHT
from explorer.views.latents import FromFile
from explorer.views.types import file_name
from realnvp import RealNVP
from realnvp.data import DataError
from realnvp.data.zipped import folders_of
from realnvp.explore.directions import FEWEST
from realnvp.images import ImageError, open_image

KEY = "taught_file"
MAX_KEPT = 32 * 2**20  # bytes of all that one visitor has sent here
WORD = "upload"  # the first of a picture's words: "upload me.jpg"
_NO = {"no", "not", "non", "without", "negative", "neg", "false", "0"}
_YES = {"yes", "with", "positive", "pos", "true", "1"}
_STATE = "taught_sent"


@dataclass
class Kept:
    """What a visitor has sent.

    Args:
        files: bytes by name.
        labels: the names of both folders of the last zip file, yes first; None before there is one.
        problem: why of the last files some are not among them; a line of Markdown.
        notes: what is to be said of the last ones, a line of Markdown.
        known: ids of files that have been looked at.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    labels: tuple[str, str] | None = None
    problem: str = ""
    notes: str = ""
    known: set[str] = field(default_factory=set)


def uploader(put: Callable[[Mapping[str, bool]], None], *, says_yes: bool) -> None:
    """Where pictures are sent.

    Args:
        put: is told the words of new pictures, and whether each is a yes.
        says_yes: what a single picture is.
    """
    file_arrival(
        "Pictures of your own, or a zip of two folders",
        KEY,
        "Pictures become a yes or a no, as is chosen above, several at once. Of a zip file one"
        f" folder is the yes, the other the no, {MAX_TAUGHT} pictures of each at most; a name such"
        " as no-smile or without says which. The middle of each picture is used. They are there for"
        " this visit only: a link has their names alone, and a program looks for them where it"
        " runs.",
        _take,
        (put, says_yes),
        several=True,
    )
    kept = _kept()
    if kept.problem:
        st.error(kept.problem, icon=":material/broken_image:")
    elif kept.notes:
        st.caption(kept.notes)


def sent_pictures(flow: RealNVP) -> dict[str, Tensor]:
    """By their words, as the model sees them: uint8 (1, C, H, W)."""
    return {f"{WORD} {name}": _seen(flow, name, data) for name, data in _kept().files.items()}


def labels_of_sent(words: Sequence[str]) -> tuple[str, str] | None:
    """The names of the two folders, yes first, where these words are of their pictures alone."""
    kept = _kept()
    return kept.labels if {f"{WORD} {name}" for name in kept.files} >= set(words) else None


def _seen(flow: RealNVP, name: str, data: bytes) -> Tensor:
    """One of them, as a program that finds it beside itself sees it."""
    made_of = hash(data), flow.config.image_size, flow.config.channels
    picture = FromFile(file=name)
    return cached(f"{_STATE}_{name}", made_of, lambda: picture.cut(flow, open_image(data).pixels))


def _kept() -> Kept:
    kept: Kept = st.session_state.setdefault(_STATE, Kept())
    return kept


def _take(put: Callable[[Mapping[str, bool]], None], says_yes: bool) -> None:
    """What has arrived, for the uploader's callback; a file that cannot be used loses nothing."""
    kept = _kept()
    new = new_arrivals(KEY, kept.known)
    if not new:
        return
    kept.problem = kept.notes = ""
    said: dict[str, bool] = {}
    refused: list[str] = []
    for name, data in new:
        try:
            if data.startswith(b"PK"):
                said = _unpack(kept, name, data)
            else:
                open_image(data)
                _keep(kept, {name: data})
                kept.labels = None
                said[f"{WORD} {name}"] = says_yes
        except (DataError, ImageError) as error:
            refused.append(str(error) if isinstance(error, DataError) else f"{name}: {error}")
    if said:
        put(said)
    if refused:
        more = len(refused) - 1
        rest = f" {more} more {'was' if more == 1 else 'were'} refused." if more else ""
        kept.problem = plain(refused[0] + rest)


def _unpack(kept: Kept, name: str, data: bytes) -> dict[str, bool]:
    """The pictures of both folders, by their words, and whether each is a yes.

    Raises:
        DataError: if there are not two folders with enough pictures that can be opened.
    """
    folders = folders_of(io.BytesIO(data), name, MAX_TAUGHT, MAX_KEPT)
    if len(folders) != 2:
        raise DataError(name, f"expected two folders with pictures; there are {len(folders)}")
    labels = sides(*folders)
    files: dict[str, bytes] = {}
    said: dict[str, bool] = {}
    lost = 0
    for is_yes, label in zip((True, False), labels, strict=True):
        good = dict(_good(folders[label]))
        lost += len(folders[label]) - len(good)
        if len(good) < FEWEST:
            raise DataError(
                name,
                f"{label}: {len(good)} of its pictures can be opened; expected {FEWEST} at least",
            )
        for own, picture in good.items():
            free = _free(file_name(own), files)
            files[free] = picture
            said[f"{WORD} {free}"] = is_yes
    kept.files, kept.labels = files, labels  # what was sent before is of another question
    yes, no = map(plain, labels)
    left = f" {lost} could not be opened." if lost else ""
    kept.notes = f"Yes is the folder **{yes}**, no is **{no}**.{left}"
    return said


def sides(first: str, second: str) -> tuple[str, str]:
    """Of two folders the one of yes, then that of no; where no name says it, as they are sorted."""
    one, other = sorted((first, second))
    for words, of_one in ((_NO, False), (_YES, True)):
        told = [_begins(name, words) for name in (one, other)]
        if told[0] != told[1]:
            return (one, other) if told[0] == of_one else (other, one)
    return one, other


def _begins(name: str, words: set[str]) -> bool:
    parts = re.split(r"[\W_]+", name.strip().lower())
    return bool(parts) and parts[0] in words


def _good(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in files.items():
        try:
            open_image(data)
        except ImageError:
            continue
        yield name, data


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    path, number, free = PurePath(name), 1, name
    while free in taken:
        number += 1
        free = file_name(f"{path.stem} {number}{path.suffix}")
    return free


def _keep(kept: Kept, files: dict[str, bytes]) -> None:
    """Have them among those that were sent; one of the same name goes.

    Raises:
        ImageError: if all are too large together.
    """
    together = kept.files | files
    if sum(map(len, together.values())) > MAX_KEPT:
        raise ImageError(
            f"All that was sent here has more than {MAX_KEPT >> 20} MB; smaller pictures will do."
        )
    kept.files = together
