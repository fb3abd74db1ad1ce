"""What is selected on the map: its pictures, their mean latent, their direction."""

import csv
import io
import weakref
from collections import Counter
from collections.abc import Callable

import streamlit as st
import torch
from torch import Tensor

from explorer.tray.pins import Pin
from explorer.ui import pinned
from explorer.ui.address import go
from explorer.ui.atlas.known import projected, sheet_name
from explorer.ui.atlas.subject import offer_rows, source_of, title_of
from explorer.ui.cache import cached
from explorer.ui.card import plain
from explorer.ui.downloads import BINARY, file_button
from explorer.ui.models import run
from explorer.ui.offer import offer_on
from explorer.ui.own_direction import keep_selection
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, tiles_of
from explorer.views import atlas as views
from explorer.views.atlas import Chosen, decoded
from explorer.views.recipe import Recipe
from realnvp import RealNVP
from realnvp.data.named_pictures import folder_of
from realnvp.direction_file import SELECTION_FILE, selection_bytes
from realnvp.explore.directions import SELECTION, Directions
from realnvp.explore.encode_set import Atlas
from realnvp.explore.frames import norm_ratios
from realnvp.explore.selection import against_rest, most_typical
from realnvp.numerals import numeral
from realnvp.viz import to_rgb

SHOWN = 12  # pictures of a selection, which one press pins
COLUMNS = 4
ROOM, SIDE = 288, 168  # of those, and of their mean, in CSS pixels
START = 2.0  # standard deviations that the page Directions starts with


def show_selection(
    flow: RealNVP,
    checkpoint: str,
    atlas: Atlas,
    view: views.Atlas,
    pin_of: Callable[[int, Source], Pin],
) -> None:
    """The pictures in the region of the map, and what can be done with them.

    Args:
        pin_of: the latent of a row as a pin that knows how it was made.
    """
    if not view.region:
        return
    points = projected(atlas, view.projection)
    of = (weakref.ref(flow), sheet_name(atlas), view.projection, view.region)
    found = cached("atlas_chosen", of, lambda: view.chosen(flow, atlas, points, _decoded))
    if found is None:
        st.caption("No picture lies in the region.")
        return
    rows = found.rows
    typical = cached("atlas_typical", of, lambda: most_typical(atlas.z, rows, SHOWN))
    direction, problem = cached("atlas_direction", of, lambda: _direction(atlas, rows))
    with st.container(border=True):
        share = 100 * len(rows) / len(atlas.images)
        count = "1 picture is" if len(rows) == 1 else f"{len(rows):,} pictures are"
        st.markdown(f"**{count} selected**, {share:.1f} % of the map.{_labels(atlas, rows)}")
        with st.container(horizontal=True, gap="medium"):
            _show_mean(checkpoint, atlas, view, found)
            _show_typical(atlas, typical, pin_of)
        with st.container(horizontal=True, gap="small"):
            st.button(
                "To the tray",
                icon=":material/push_pin:",
                key="selection_pin",
                on_click=_pin,
                args=([pin_of(row, source_of(atlas, row)) for row in typical.tolist()],),
                help=f"Pins the pictures above: those nearest to the mean, {SHOWN} at most.",
            )
            file_button(
                "CSV",
                lambda: _csv(flow, atlas, points, rows),
                "selection.csv",
                "text/csv",
                "Number, file, folder, label, bits/dim, norms and place of all selected.",
            )
            if direction is not None:
                _offer_direction(checkpoint, direction)
        st.markdown(f"**What to notice.** {_notice(found, atlas, direction, problem)}")


def _decoded(flow: RealNVP, z: Tensor, labels: Tensor | None) -> Tensor:
    return run(decoded, flow, z, labels)


def _direction(atlas: Atlas, rows: Tensor) -> tuple[Directions | None, str]:
    try:
        return against_rest(atlas.z, rows), ""
    except ValueError as error:
        return None, f"There is no direction: {error}."


def _labels(atlas: Atlas, rows: Tensor) -> str:
    """The most frequent labels among them, where there are any."""
    counts = Counter(atlas.words[row] for row in rows.tolist() if atlas.words[row])
    if not counts:
        return ""
    few = ", ".join(f"{word} {count:,}" for word, count in counts.most_common(4))
    return f" {plain(few)}{', …' if len(counts) > 4 else ''}."


def _show_mean(checkpoint: str, atlas: Atlas, view: views.Atlas, found: Chosen) -> None:
    name = f"mean of {len(found.rows)} pictures"
    source = Source(name, found.mean, found.labels, found.image)
    made = Recipe(checkpoint, view).json() | {"picture_of": views.MEAN}
    figure = Figure(to_rgb(found.image)[0], f"Decoded: {name}", name, SIDE, titles=[name])
    with st.container(width=SIDE):
        offer_on([figure], lambda _: source.pin(checkpoint, made), key="selection_mean")


def _show_typical(atlas: Atlas, typical: Tensor, pin_of: Callable[[int, Source], Pin]) -> None:
    rows = typical.tolist()
    figure = tiles_of(
        atlas.images[typical],
        min(COLUMNS, len(rows)),
        alt=f"The {len(rows)} selected pictures whose latents are nearest to the mean",
        caption="Nearest to the mean, the nearest first.",
        room=ROOM,
        titles=[title_of(atlas, row) for row in rows],
    )
    with st.container(width=ROOM):
        offer_rows(figure, atlas, rows, pin_of, key="selection_typical")


def _pin(pins: list[Pin]) -> None:
    pinned.add_some(pins)
    st.rerun()  # all of the page, for the tray to show them


def _offer_direction(checkpoint: str, direction: Directions) -> None:
    def opened() -> None:
        keep_selection(checkpoint, direction)
        go("directions", {"directions": [SELECTION], f"amount_{SELECTION}": START})

    st.button(
        "→ Directions",
        key="selection_direction",
        on_click=opened,
        help="Opens the page Directions with the direction from the mean of all others to that of"
        " the selected.",
    )
    file_button(
        "Direction",
        lambda: selection_bytes(direction),
        SELECTION_FILE,
        BINARY,
        "The direction as a file, which a program of the page Directions looks for beside itself.",
    )


def _notice(found: Chosen, atlas: Atlas, direction: Directions | None, problem: str) -> str:
    own = float(norm_ratios(found.mean)[0])
    typical = float(norm_ratios(atlas.z[found.rows]).quantile(0.5))
    words = (
        f"The mean latent has the norm ‖z‖/√D = {numeral(own, '.3f')}; the median of its pictures"
        f" is {numeral(typical, '.3f')}. What differs among them averages out, so their mean is"
        " shorter, and plainer when it is decoded."
    )
    if direction is None:
        return f"{words} {problem}"
    share = 100 * float(direction.figures[0])
    return (
        f"{words} The direction tells {share:.0f} % of the pictures right, inside or outside, when"
        " each is judged by a direction learnt from the others (leave-one-out, balanced; 50 % is"
        " chance)."
    )


def _csv(flow: RealNVP, atlas: Atlas, points: Tensor, rows: Tensor) -> bytes:
    """A line for each of the rows; UTF-8 with a mark, by which spreadsheets know it."""
    text = io.StringIO()
    writer = csv.writer(text)
    levels = [norm_ratios(level.flatten(1)) for level in flow.unpack(atlas.z[rows])]
    writer.writerow(
        ["number", "file", "folder", "label", "bits_per_dim", "norm_ratio"]
        + [f"norm_ratio_level_{index + 1}" for index in range(len(levels))]
        + ["across", "up"]
    )
    norms = torch.stack([norm_ratios(atlas.z[rows]), *levels], dim=1)
    for row, own in zip(rows.tolist(), norms.tolist(), strict=True):
        file = atlas.files[row] if atlas.files else ""
        numbers = [float(atlas.bits_per_dim[row]), *own, *points[row].tolist()]
        writer.writerow(
            [row + 1, _cell(file), _cell(folder_of(file) if file else ""), _cell(atlas.words[row])]
            + [f"{number:.6g}" for number in numbers]
        )
    return text.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """The text of a file's name, such that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
