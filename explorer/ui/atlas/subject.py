"""The picture that is looked at, with its neighbours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.tray.pins import Pin
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.form import Form
from explorer.ui.offer import ACTIONS, offer_on
from explorer.ui.source import Source
from explorer.ui.tiles import Action, Figure
from explorer.views import atlas as views
from realnvp import RealNVP
from realnvp.explore.atlas import NEIGHBOURS
from realnvp.explore.encode_set import Atlas
from realnvp.explore.report import norm_ratio
from realnvp.numerals import numeral
from realnvp.viz import GAP, to_rgb

AT = "at"  # the key of its number, from 1; 0 is the picture that was placed
SIDE = 168  # of the picture, in CSS pixels
ROOM = 560  # of the neighbours
LOOK = Action("look", "Look at it", "Makes it the one whose neighbours are shown.")


@dataclass(frozen=True, eq=False)
class Subject:
    """What is looked at.

    Args:
        row: of the atlas; −1 for the placed picture.
        made: its latent.
    """

    row: int
    made: Source
    bits_per_dim: float


def choose(form: Form[views.Atlas], atlas: Atlas, placed: Subject | None) -> Subject:
    """The number of a picture, and that picture."""
    count, first = len(atlas.images), 1 if placed is None else 0
    form.suggest(at=first)
    form.show(AT, low=first, high=count)
    row = form.view().at - 1
    if row < 0 and placed:
        return placed
    return Subject(row, source_of(atlas, row), float(atlas.bits_per_dim[row]))


def source_of(atlas: Atlas, row: int) -> Source:
    """A picture of the map as a latent."""
    labels = None if atlas.labels is None else atlas.labels[[row]]
    return Source(title_of(atlas, row), atlas.z[[row]], labels, atlas.images[[row]])


def title_of(atlas: Atlas, row: int) -> str:
    """ "no. 12, Coat"."""
    word = atlas.words[row]
    return f"no. {row + 1}, {word}" if word else f"no. {row + 1}"


def look_at(row: int) -> None:
    """For callbacks: the picture of this row, or at −1 the placed one, is looked at."""
    st.session_state[AT] = float(row + 1)


def offer_rows(
    figure: Figure,
    atlas: Atlas,
    rows: Sequence[int],
    pin_of: Callable[[int, Source], Pin],
    *,
    key: str,
) -> None:
    """Tiles of these pictures of the map, to be looked at or gone on with when one is pressed.

    Args:
        pin_of: the latent of a row as a pin that knows how it was made.
    """
    offer_on(
        [figure],
        lambda index: pin_of(rows[index], source_of(atlas, rows[index])),
        key=key,
        actions=[LOOK, *ACTIONS],
        own={LOOK.name: lambda index: look_at(rows[index])},
    )


def show_subject(flow: RealNVP, subject: Subject, pin: Pin) -> None:
    """The picture, large, with its numbers.

    Args:
        pin: its latent, for what is done with it when it is pressed.
    """
    made, levels = subject.made, flow.unpack(subject.made.z)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(width=SIDE):
            pixels, words = to_rgb(made.image)[0], f"Looked at: {made.name}"
            figure = Figure(pixels, words, "", SIDE, titles=[made.name])
            offer_on([figure], lambda _: pin, key="looked_at")
        norms = "\n".join(
            f"| level {index + 1} | {norm_ratio(level):.3f} |" for index, level in enumerate(levels)
        )
        st.markdown(
            f"**{plain(made.name)}**\n\n{numeral(subject.bits_per_dim)} bits/dim\n\n"
            f"| ‖z‖ / √D | {norm_ratio(made.z):.3f} |\n|:--|--:|\n{norms}",
            width="content",
        )
    note_below_zero(subject.bits_per_dim)


def show_neighbours(
    atlas: Atlas, subject: Subject, shown: views.Near, pin_of: Callable[[int, Source], Pin]
) -> None:
    """Nearest in latents above nearest in pixels, each to be pressed.

    Args:
        pin_of: the latent of a row as a pin that knows how it was made.
    """
    near, word = shown.near, "" if subject.row < 0 else atlas.words[subject.row]
    rows = near.latents.tolist() + near.pixels.tolist()
    count = len(near.latents)
    titles = [
        f"{title_of(atlas, row)}: neighbour {index % count + 1} in"
        f" {'latents' if index < count else 'pixels'}"
        for index, row in enumerate(rows)
    ]
    shared = len(near.shared)
    caption = f"Above: nearest in latents; below: nearest in pixels. {shared} of {count} are both"
    if word:
        alike = [
            sum(atlas.words[row] == word for row in part.tolist())
            for part in (near.latents, near.pixels)
        ]
        caption += f". Of the same label: {alike[0]} above, {alike[1]} below"
    figure = Figure(
        shown.pixels,
        f"The {NEIGHBOURS} nearest to {subject.made.name} in latents, and the {NEIGHBOURS} in"
        f" pixels; {shared} are both",
        f"{caption}.",
        ROOM,
        count,
        GAP,
        ["both" if row in near.shared else "" for row in rows],
        titles,
    )
    offer_rows(figure, atlas, rows, pin_of, key="atlas_near")
