"""A direction of the visitor's own, from a few pictures of yes and of no."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import streamlit as st
import torch
from torch import Tensor

from explorer.ui import address, pinned
from explorer.ui.cache import cached
from explorer.ui.card import plain
from explorer.ui.directions.sent import labels_of_sent, sent_pictures, uploader
from explorer.ui.directions.subject import figure_words, first_names
from explorer.ui.examples import offered_examples
from explorer.ui.form import Form
from explorer.ui.models import run
from explorer.ui.source import Source, encoded, sampled
from explorer.ui.tiles import show_tiles
from explorer.views.directions import (
    MAX_CHOSEN,
    MAX_TAUGHT,
    TAUGHT_TEMPERATURE,
    DirectionsView,
    latent_of_word,
)
from explorer.views.latents import FromFile, FromSeed, FromTray, middle
from explorer.views.settings import MAX_SEED, Dice
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.explore.directions import FEWEST, MINE, Directions, cosines
from realnvp.explore.learnt_directions import taught
from realnvp.explore.samples import draw_samples
from realnvp.fitting import fit
from realnvp.labels import labels_of
from realnvp.numerals import numeral

SHEET = 16  # samples of a seed to press
COLUMNS = 8
YES, NO = "taught_yes", "taught_no"
MARKS = {YES: "✓ yes", NO: "✗ no"}


class Sheet(Settings):
    """The samples that can be pressed."""

    teach_seed: Annotated[
        int,
        Dice(
            "Samples of seed",
            0,
            MAX_SEED,
            width=150,
            help="Other samples to press; what you have pressed already stays in the lists.",
        ),
    ] = 0


@dataclass(frozen=True, eq=False)
class LabelledPictures:
    """What a visitor has said yes and no to.

    Args:
        offered: pictures that can be pressed, by their words.
        yes, no: words of those that were.
        mine: the direction that follows, or none.
        count: pictures that it was taught from.
        problem: why there is none, though there are enough.
        missing: pictures in the lists that are not here, such as somebody else's uploads.
    """

    offered: dict[str, Tensor]
    yes: list[str]
    no: list[str]
    mine: Directions | None = None
    count: int = 0
    problem: str = ""
    missing: int = 0


def labelled_pictures(form: Form[DirectionsView], checkpoint: str) -> LabelledPictures:
    """What has been taught so far, with the lists of it to change; the view has what counts."""
    flow = form.flow
    offered = _offered(flow, checkpoint, _seed(flow))
    with st.container(horizontal=True, gap="medium"):
        lists = {key: _list(flow, key, offered) for key in (YES, NO)}
    both = set(lists[YES]) & set(lists[NO])
    made, missing = [], 0
    for key, words in lists.items():
        sources = {
            word: _source(flow, checkpoint, word, f"{key}_{index}")
            for index, word in enumerate(words)
            if word not in both
        }
        there = {word: source.z for word, source in sources.items() if source is not None}
        form.set(key, tuple(there))
        missing += len(sources) - len(there)
        made.append(list(there.values()))
    given, count = (offered, lists[YES], lists[NO]), sum(map(len, made))
    if min(map(len, made)) < FEWEST:
        return LabelledPictures(*given, missing=missing)
    try:
        return LabelledPictures(*given, taught(MINE, *map(torch.cat, made)), count, missing=missing)
    except ValueError:
        same = "Yes and no have the same mean: there is no direction between them."
        return LabelledPictures(*given, problem=same, missing=missing)


def show_labelling(given: LabelledPictures, known: Directions) -> None:
    """The pictures to press, and what is known of the direction they gave."""
    side = st.segmented_control(
        "A press says",
        ["Yes", "No"],
        default="Yes",
        required=True,
        key="teach_side",
        help="Choose some pictures that have what you mean, then some that do not. A second press"
        " takes a picture out again.",
    )
    uploader(lambda said: _put(said, known), says_yes=side != "No")
    if given.missing:
        are = "picture in the lists is" if given.missing == 1 else "pictures in the lists are"
        st.info(
            f"{given.missing} {are} not here: an upload is there for the visit in which it was"
            " sent, a pinned latent for its own tray."
        )
    words = list(given.offered)

    def press(index: int) -> None:
        _press(words[index], NO if side == "No" else YES, known)

    marks = [_mark(word, given) for word in words]
    show_tiles(
        torch.cat(list(given.offered.values())),
        COLUMNS,
        key="teach_sheet",
        alt=f"Pictures to teach from: {len(given.yes)} yes, {len(given.no)} no",
        labels=marks,
        titles=[f"{w}, {m}" if m else w for w, m in zip(words, marks, strict=True)],
        on_press=press,
        room=720,
    )
    if given.mine is None:
        st.caption(given.problem or f"It takes at least {FEWEST} of each.")
        return
    line = (
        f"**{figure_words(given.mine, MINE)}** of your {given.count} pictures are told right by a"
    )
    line += " direction learnt from the others (leave-one-out, balanced; 50 % is chance)."
    if labels := labels_of_sent([*given.yes, *given.no]):
        line += f" It goes from **{plain(labels[1])}** to **{plain(labels[0])}**."
    if len(known):
        found = cosines(torch.cat([given.mine.vectors, known.vectors]))[0, 1:].tolist()
        order = sorted(range(len(known)), key=lambda row: -abs(found[row]))[:4]
        nearest = ", ".join(
            f"{plain(known.names[row])} {numeral(found[row], '+.2f')}" for row in order
        )
        line += f" Its cosines are largest with {nearest}."
    st.markdown(
        f"{line} A handful of pictures differ in far more than what you meant: the more you press,"
        f" the more of that averages out. It is called {MINE} above, and a step of 1 there goes"
        " about from halfway to the mean of your yes."
    )


def _press(word: str, key: str, known: Directions) -> None:
    """Put the picture into the list, or out of it."""
    other = NO if key == YES else YES
    state = st.session_state
    rest = [w for w in state.get(other, []) if w != word]
    own = list(state.get(key, []))
    own = [w for w in own if w != word] if word in own else [*own, word][:MAX_TAUGHT]
    _set({key: own, other: rest}, known)


def _put(said: Mapping[str, bool], known: Directions) -> None:
    """Put pictures that were sent at the front of the lists, as far as there is room."""
    new = {YES: [w for w, is_yes in said.items() if is_yes]}
    new[NO] = [w for w in said if w not in new[YES]]
    rest = {key: [w for w in st.session_state.get(key, []) if w not in said] for key in new}
    # Of a zip file the two folders alone: what was pressed before is of another question.
    both = all(new.values())
    _set({key: (new[key] + ([] if both else rest[key]))[:MAX_TAUGHT] for key in new}, known)


def _set(lists: Mapping[str, list[str]], known: Directions) -> None:
    """Have these lists; the first time there is enough in both, choose Mine."""
    state = st.session_state
    enough = min(len(state.get(YES, [])), len(state.get(NO, []))) >= FEWEST
    state.update(lists)
    if not enough and min(len(own) for own in lists.values()) >= FEWEST:
        chosen = list(state.get("directions", first_names(known)))
        if MINE not in chosen and len(chosen) < MAX_CHOSEN:
            address.put({"directions": [*chosen, MINE]})


def _mark(word: str, given: LabelledPictures) -> str:
    if word in given.yes:
        return MARKS[YES]
    return MARKS[NO] if word in given.no else ""


def _seed(flow: RealNVP) -> int:
    form = Form(Sheet, flow)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        form.show()
    return form.view().teach_seed


def _list(flow: RealNVP, key: str, offered: dict[str, Tensor]) -> list[str]:
    """The words in one list; those of a link, or of a seed before, are among its options."""
    state = None if address.is_restored() else st.session_state.get(key)
    given = state if isinstance(state, list) else st.query_params.get_all(key)
    options = list(dict.fromkeys([*offered, *(w for w in given if latent_of_word(flow, w))]))
    setting = DirectionsView.setting_of(key)
    words = st.multiselect(
        setting.label,
        options,
        max_selections=MAX_TAUGHT,
        key=key,
        bind="query-params",
        placeholder="Press pictures below",
        help=setting.help,
    )
    return [word for word in words if latent_of_word(flow, word)][:MAX_TAUGHT]


def _offered(flow: RealNVP, checkpoint: str, seed: int) -> dict[str, Tensor]:
    """Pictures, uint8 (1, C, H, W): samples of the seed, the model's examples, what is pinned."""
    drawn = cached(
        "teach_drawn",
        (checkpoint, weakref.ref(flow), seed),
        lambda: run(_sheet, flow, seed),
    )
    offered = {f"sample {seed} no. {row + 1}": drawn[row : row + 1] for row in range(SHEET)}
    size, channels = flow.config.image_size, flow.config.channels
    for name, picture in offered_examples(flow, checkpoint).items():
        offered[f"example {name}"] = fit(picture.pixels, size, channels)[0]
    for pin in pinned.fitting(flow, checkpoint):
        offered[f"tray {pin.name}"] = pin.image[None]
    return sent_pictures(flow) | offered  # what was sent comes first


def _sheet(flow: RealNVP, seed: int) -> Tensor:
    labels = labels_of(flow.config, None, SHEET)
    return draw_samples(flow, SHEET, TAUGHT_TEMPERATURE, seed, labels).images


def _source(flow: RealNVP, checkpoint: str, word: str, slot: str) -> Source | None:
    """The latent of a word, made once for the slot; None for one that is not here."""
    latent = latent_of_word(flow, word)
    if isinstance(latent, FromSeed):
        return sampled(flow, checkpoint, slot, word, latent)
    if isinstance(latent, FromTray):
        pin = next((p for p in pinned.fitting(flow, checkpoint) if p.name == latent.pin), None)
        if pin is None:
            return None
        labels = None if pin.labels is None else pin.labels[None]
        return Source(word, pin.z[None], labels, pin.image[None], latent)
    if latent is None:
        return None
    if isinstance(latent, FromFile):
        image = sent_pictures(flow).get(word)
        return None if image is None else encoded(flow, checkpoint, slot, word, latent, image)
    picture = offered_examples(flow, checkpoint).get(latent.example)
    if picture is None:
        return None
    return encoded(flow, checkpoint, slot, word, latent, middle(flow, picture.pixels))
