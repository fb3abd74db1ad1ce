"""What is known of a checkpoint, as its card on the Models page."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_UP, Context
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.ui.tiles import Figure, show_figures
from realnvp import checkpoint
from realnvp.checkpoint import CheckpointError, beside
from realnvp.config import ModelConfig
from realnvp.default_temperature import default_temperature, in_words
from realnvp.images import ImageError, open_image
from realnvp.numerals import numeral
from realnvp.plain import number_within
from realnvp.shipping import SHEET_ROWS, SHEET_TEMPERATURES
from realnvp.viz import GAP

SHEET = "samples.png"
SOME = 6  # samples in a row of a card
ROOM = 830  # of the sheet, in CSS pixels: twice twelve tiles of 32 with gaps
_LARGEST = 1e15  # JSON may hold whole numbers beyond any float
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Card:
    """A checkpoint without its weights.

    Args:
        name: its folder's.
        config: the architecture.
        entries: what the file says; any of it may be missing or of another type.
        code: what made it, where it is no checkpoint.
        is_realnvp: whether the architecture says what its network is.
    """

    name: str
    config: ModelConfig
    entries: Mapping[str, Any]
    code: str = ""
    is_realnvp: bool = True

    def text(self, key: str) -> str:
        """An entry in one line, as Markdown that means nothing but itself; "" if there is none."""
        value = self.entries.get(key)
        return plain(value) if isinstance(value, str) else ""

    def number(self, key: str) -> float | None:
        """An entry that is a number of a size that can be printed, else None."""
        return number_within(self.entries.get(key), -_LARGEST, _LARGEST)

    def texts(self, key: str) -> list[str]:
        """An entry that is a list of texts, as `text`; empty if there is none."""
        value = self.entries.get(key)
        return [plain(s) for s in value if isinstance(s, str)] if isinstance(value, list) else []


def plain(text: str) -> str:
    """Text for Markdown that shows as it stands, in one line: a card may come from anywhere."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def rounded_up(number: float) -> str:
    """A positive number in two digits, such as "4.5e-5": what something is within stays true."""
    return f"{Context(prec=2, rounding=ROUND_UP).create_decimal(repr(number)):.1e}"


def read_card(name: str) -> Card:
    """The card of one of `checkpoint_names()`.

    Raises:
        CheckpointError: if the description or the file of weights is damaged.
    """
    return Card(name, *checkpoint.read_card(name))


def readable(names: Sequence[str]) -> list[str]:
    """Those whose files are not damaged, as far as can be told without loading them."""
    good = []
    for name in names:
        with suppress(CheckpointError):
            good.append(read_card(name).name)
    return good


def show_card(name: str, chosen: str) -> None:
    """The card of one checkpoint, or one line about why there is none.

    Args:
        chosen: the checkpoint that the app uses now.
    """
    show_card_of(name, chosen, read_card)


def show_card_of(name: str, chosen: str, read: Callable[[str], Card], note: str = "") -> None:
    """`show_card`, for a card that is read in another way; `note` is a line on that, Markdown."""
    with st.container(border=True, key=f"card_{name}"):
        try:
            card = read(name)
        except CheckpointError as error:
            st.subheader(plain(name), anchor=False)
            st.error(f"{plain(str(error))}. The other models can be used.")
            return
        sheet = _sheet(card)
        if sheet is None:
            st.caption("No sheet of samples came with this model.")
        else:
            _some(card, sheet)
        st.subheader(card.text("title") or plain(card.name), anchor=False)
        if summary := card.text("summary"):
            st.markdown(summary)
        st.caption(" · ".join(in_short(card)))
        if note:
            st.caption(note)
        _use(card, chosen)
        # What is folded is not sent: six sheets and tables.
        details = st.expander("Details and limits", key=f"details_{name}", on_change="rerun")
        if details.open:
            with details:
                _details(card, sheet)


def _details(card: Card, sheet: np.ndarray | None) -> None:
    if sheet is not None:
        shown = ", ".join(f"{temperature:g}" for temperature in SHEET_TEMPERATURES)
        text = f"Samples of one seed at temperatures {shown}, from top to bottom"
        show_figures([Figure(sheet, f"{card.name}: {text}", text, ROOM)], key=f"sheet_{card.name}")
    names, values = zip(*rows(card), strict=True)
    st.table(
        {"what": names, "figure": values},
        border="horizontal",
        hide_index=True,
        hide_header=True,
        alt=f"Figures of {card.name}",
    )
    if card.number("test_bits_per_dim") is not None:
        st.caption(
            "Bits/dim of sets are under dequantization noise, as papers give them; a single"
            " picture's, on the other pages, are without."
        )
    _words(card)


def _use(card: Card, chosen: str) -> None:
    used = card.name == chosen
    st.button(
        "In use" if used else "Use this model",
        icon=":material/check:" if used else None,
        key=f"use_{card.name}",
        on_click=lambda: st.session_state.update(checkpoint=card.name),
        disabled=used,
        help=f"Makes {plain(card.name)} the checkpoint of every page.",
    )


def _sheet(card: Card) -> np.ndarray | None:
    """The sheet of samples, uint8 (H, W, 3), if there is one that can be read."""
    path = beside(card.name, SHEET)
    try:
        return _pixels(path, path.stat().st_mtime_ns)
    except (OSError, ImageError):
        return None


def _some(card: Card, sheet: np.ndarray) -> None:
    """The samples of the sheet that are nearest to the temperature that the pages start at."""
    (height, width), first = card.config.image_size, _own_temperature(card)
    at = min(range(len(SHEET_TEMPERATURES)), key=lambda i: abs(SHEET_TEMPERATURES[i] - first))
    top = at * SHEET_ROWS * (height + GAP)
    part = sheet[top : top + SHEET_ROWS * (height + GAP) - GAP, : SOME * (width + GAP) - GAP]
    if not part.size:  # a sheet of another kind
        part = sheet
    text = f"Samples at temperature {SHEET_TEMPERATURES[at]:g}"
    show_figures([Figure(part, f"{card.name}: {text}", text, ROOM)], key=f"some_{card.name}")


def _own_temperature(card: Card) -> float:
    own = default_temperature(card.entries, card.config.num_levels)
    return own if isinstance(own, float | int) else sum(own) / len(own)


def in_short(card: Card) -> Iterator[str]:
    """What is known of it, in a few words each."""
    height, width = card.config.image_size
    yield f"{height} × {width}, {_colours(card.config)}"
    if (bits := card.number("test_bits_per_dim")) is not None:
        yield f"{numeral(bits, '.2f')} bits/dim"
    if (count := card.number("parameters")) is not None:
        yield f"{f'{count / 1e6:.1f} M' if count >= 5e4 else f'{count:,.0f}'} parameters"
    if card.config.label_kind:
        kind = "classes" if card.config.label_kind == "class" else "attributes"
        yield f"{card.config.num_labels} {kind}"


@lru_cache(maxsize=32)
def _pixels(path: Path, changed: int) -> np.ndarray:
    """The picture in a file; read again when that has changed."""
    return open_image(path.read_bytes()).pixels


def rows(card: Card) -> Iterator[tuple[str, str]]:
    """What is known in figures, a name and a value each, as Markdown."""
    config = card.config
    height, width = config.image_size
    yield "Pictures", f"{height} × {width}, {_colours(config)}"
    if config.label_kind:
        kind = "classes, one at a time" if config.label_kind == "class" else "attributes"
        yield "Labels", f"{config.num_labels} {kind}"
    for part in ("test", "train"):
        if (bits := card.number(f"{part}_bits_per_dim")) is not None:
            error = card.number(f"{part}_standard_error")
            more = "" if error is None else f" ± {error:.3f}"
            yield f"Bits/dim, {part}", f"{numeral(bits)}{more}{_measured(card, part)}"
    if (bits := card.number("paper_bits_per_dim")) is not None:
        note = card.text("paper_note")
        yield "Bits/dim, paper", numeral(bits, ".2f") + (f" ({note})" if note else "")
    if card.code:
        yield "Made by", f"`{card.code}`, code of this server"
    blocks = _count(config.num_blocks, "residual block")
    levels = _count(config.num_levels, "level")
    yield (
        "Network",
        f"{config.width} maps, {blocks}, {levels}"
        if card.is_realnvp
        else (f"a flow of another kind than RealNVP: encode, decode and log p; {levels}"),
    )
    if differences := config.variant.in_words():
        yield "Unlike the paper", "; ".join(differences)
    if (count := card.number("parameters")) is not None:
        size = card.number("weights_bytes")
        yield "Parameters", f"{count:,.0f}" + (f" in {size / 1e6:.1f} MB" if size else "")
    yield "Temperature at first", in_words(default_temperature(card.entries, config.num_levels))
    if (milliseconds := card.number("decode_64_ms")) is not None:
        device = card.text("decode_device")
        yield "Decoding 64", f"{milliseconds:.0f} ms" + (f" ({device})" if device else "")
    if (error := card.number("round_trip_logits")) is not None:
        yield "Round trip", f"within {rounded_up(error)} in logits"
    if training := _training(card):
        yield "Training", training


def _colours(config: ModelConfig) -> str:
    return {1: "grey", 3: "colour"}.get(config.channels, f"{config.channels} channels")


def _measured(card: Card, part: str) -> str:
    """ " (1,000 pictures, 4 draws)", as far as it is known."""
    images, draws = card.number(f"{part}_images"), card.number("draws")
    known = [] if images is None else [_count(images, "picture")]
    known += [] if draws is None else [_count(draws, "draw")]
    return f" ({', '.join(known)})" if known else ""


def _training(card: Card) -> str:
    steps, minutes = card.number("steps"), card.number("minutes")
    known = [] if steps is None else [_count(steps, "step")]
    known += [] if minutes is None else [_count(round(minutes), "minute")]
    text = " in ".join(known)
    hardware = card.text("hardware")
    return f"{text} on {hardware}" if text and hardware else text or hardware


def _count(number: float, thing: str) -> str:
    return f"{number:,.0f} {thing}{'' if number == 1 else 's'}"


def _words(card: Card) -> None:
    """What it was trained on and how, what it cannot do, and whom it has seldom seen."""
    for name, key in (("Data", "data"), ("Terms", "terms"), ("Split", "split")):
        if text := card.text(key):
            st.markdown(f"**{name}**  {text}")
    if limits := card.texts("limits"):
        st.markdown("**What it cannot do**\n" + "".join(f"\n- {limit}" for limit in limits))
    if seldom := card.text("under_represents"):
        st.markdown(f"**Seen too seldom**  {seldom}")
    if isinstance(command := card.entries.get("command"), str):
        st.markdown("**Trained by**")
        st.code(command, language="bash", wrap_lines=True)
