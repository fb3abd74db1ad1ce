"""The bits of a picture: a waterfall, a table, and maps of where they go."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from explorer import figures
from explorer.ui.tiles import Figure, show_figures
from realnvp import viz
from realnvp.explore.bit_maps import PARTS, BitMap, bit_map, cells_of
from realnvp.explore.bits_by_part import BitsByPart
from realnvp.explore.bits_table import BitsTable, Line, bits_table
from realnvp.numerals import numeral

SIDE = 224  # of a map, in CSS pixels
EXPLAINED = {
    "bytes": "Bytes lie in (0, 256): 8 bits, before the model knows anything.",
    "logit": "Logit: stretched to all real numbers.",
    "coupling": "Couplings: −s of every variable they scale.",
    "batch norm": "Batch norm: variables scaled to deviation 1; the same for every picture.",
    "prior": "Prior: what the latent costs under N(0, 1), 2.05 bits for each variable on average.",
}


def show_bits_by_part(parts: BitsByPart, total: float) -> None:
    """The waterfall with its table, by level or coupling by coupling.

    Args:
        total: bits/dim as the page shows them.
    """
    st.markdown(
        "Every bar is one term of $-\\log_2 p(x) / D$, from what bytes cost before the model knows"
        " anything to what is left. Look for what pays: scales that enlarge (blue) save bits, the"
        " prior charges for where the latent lands."
    )
    finely = st.toggle(
        "Coupling by coupling",
        key="finely",
        bind="query-params",
        help="Every coupling and batch norm by itself, instead of level by level.",
    )
    table_of_bits = bits_table(parts, total)
    lines, total_in_words = list(_lines(table_of_bits, finely)), numeral(table_of_bits.total, "")
    names, values = [_short(line) for line in lines], [line.value for line in lines]
    st.plotly_chart(
        _waterfall(tuple(names), tuple(values), table_of_bits.total),
        config={"displayModeBar": False},
        alt=f"Waterfall of {len(lines)} terms that add up to {total_in_words} bits/dim",
        key="waterfall",
    )
    with st.expander("As a table", key="bits_table", on_change="rerun") as table:
        if table.open:
            st.markdown(_table(table_of_bits, finely))
            st.caption("  \n".join(EXPLAINED.values()))


@lru_cache(maxsize=32)
def _waterfall(names: tuple[str, ...], parts: tuple[Decimal, ...], total: Decimal) -> go.Figure:
    """Not to be changed. Plotly checks every entry of a figure, a fifth of the page's time."""
    return figures.waterfall(names, parts, total)


def _lines(table_of_bits: BitsTable, finely: bool) -> Iterator[Line]:
    for line in table_of_bits.lines:
        if finely and line.parts:
            yield from line.parts
        else:
            yield line


def _short(line: Line) -> str:
    """Without the mask: beside a bar there is little room."""
    return line.term.name.partition(" (")[0] if line.term.kind == "coupling" else line.term.name


def _table(table_of_bits: BitsTable, finely: bool) -> str:
    rows = ["| | bits/dim |", "|---|--:|"]
    for line in table_of_bits.lines:
        mark = "**" if finely and line.parts else ""
        rows.append(f"| {mark}{line.term.name}{mark} | {mark}{_signed(line.value)}{mark} |")
        if finely:
            rows += [f"| \u2003{part.term.name} | {_signed(part.value)} |" for part in line.parts]
    return "\n".join([*rows, f"| **total** | **{numeral(table_of_bits.total, '')}** |"])


def _signed(value: Decimal) -> str:
    return numeral(value, "+")


def show_bit_maps(parts: BitsByPart) -> None:
    """Where on the picture the bits go: in total, and for each kind of term."""
    size = parts.pixel_nats.shape[-2:]
    st.markdown(
        "The same bits, at the pixels that cause them; the mean of a map is its sum among the"
        " terms. Look for edges and texture, which cost most, and for smooth parts, which cost next"
        " to nothing."
    )
    cells = cells_of(size)
    cell = st.segmented_control(
        "Averaged over squares of side",
        cells,
        default=cells[min(1, len(cells) - 1)],
        required=True,
        key="cell",
        bind="query-params",
        help="Checkerboard couplings change every second pixel, and so do their costs: single"
        " pixels show it, larger squares average it away.",
    )
    cell = cell if cell in cells else 1
    maps = {part: bit_map(parts, part, cell) for part in PARTS}
    show_figures([_figure(part, shown, cell) for part, shown in maps.items()], key="bit_maps")
    st.caption(
        "Each map has its own colours, with their bar below it: from 1 % to 99 % of its values, in"
        " bits/dim; blue to red where they have both signs. Batch norm is the same for every"
        " picture; not shown are the 8 bits of the bytes, the same everywhere."
    )


def _figure(part: str, shown: BitMap, cell: int) -> Figure:
    """A map over the bar of its colours."""
    values, low, high = shown.values.numpy(), shown.low, shown.high
    width = values.shape[1]
    if low < 0 < high:
        high = max(-low, high)
        low = -high
        pixels, bar = viz.diverging(values, high), viz.colour_bar(width, 2)
    else:
        pixels, bar = viz.sequential(values, low, high), viz.sequential_bar(width, 2)
    ends = f"{numeral(low, '.2f')} … {numeral(high, '.2f')}"
    mean = numeral(float(shown.values.mean()))
    return Figure(
        np.concatenate([_opaque(pixels), np.zeros((1, width, 4), np.uint8), _opaque(bar)]),
        f"Map of {part}, averaged over {cell} × {cell}: mean {mean} bits/dim, colours {ends}",
        f"{part}: {mean} on average; colours {ends}",
        SIDE,
    )


def _opaque(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)
