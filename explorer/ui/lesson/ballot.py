"""A vote on the page: of the class its buttons, of the teacher how many have voted, then of all."""

import streamlit as st
import torch

from explorer.classroom import Place, Tally, classroom
from explorer.ui import address
from explorer.ui.classroom.follow import follows, hear_part
from explorer.ui.classroom.role import leads, member
from explorer.ui.examples import offered_examples
from explorer.ui.lesson.language import language, mark_language
from explorer.ui.lesson.stops import Stop
from explorer.ui.lesson.texts import Texts, VoteTexts, text_of
from explorer.ui.lesson.votes import Vote, vote_of
from explorer.ui.models import flow_of
from realnvp.explore.out_of_distribution import out_of_distribution
from realnvp.fitting import fit
from realnvp.viz import to_rgb

SIDE = 128  # of a picture that is voted on, in CSS pixels


def stands(number: int | None) -> Place | None:
    """The place of the class, if this session is there: its vote is shown on the page."""
    place = classroom().place
    if place is None or number is None or not (leads() or follows()):
        return None
    is_here = place.page == address.here() and place.query.get(address.LESSON) == str(number)
    return place if is_here and place.ballot is not None else None


def waits() -> str | None:
    """What is said in the page's place until a vote is over that it would decide; else None."""
    place = stands(st.session_state.get(address.LESSON))
    is_hidden = place is not None and place.is_hidden
    return text_of(language()).together.hidden if is_hidden else None


def show_vote(stop: Stop, number: int) -> None:
    """Below the bar, where there is a vote."""
    vote, spoken = vote_of(stop), language()
    texts = text_of(spoken)
    said = texts.stops[stop.key].vote
    if vote is None or said is None or stands(number) is None:
        return

    @st.fragment(key="class_vote")
    def part() -> None:
        hear_part()
        place = stands(number)
        if place is None:
            return
        with st.container(key="lesson_vote", border=True):
            st.subheader(said.question, anchor=False)
            _show_pictures(vote, said, stop.checkpoint)
            tally = classroom().tally()
            if tally is None:
                return
            if place.is_revealed:
                _show_bars(vote, said, texts, tally)
            elif leads():
                _show_count(said, texts, tally, place)
            else:
                _show_buttons(said, texts, place)

    part()
    mark_language(spoken, "lesson_vote")


def _show_count(said: VoteTexts, texts: Texts, tally: Tally, place: Place) -> None:
    """For the teacher: how many, and not for what."""
    words = texts.together
    present = max(tally.present, tally.voted)
    st.markdown("  \n".join(f"**{letter}** {text}" for letter, text in _named(said)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words.have_voted.format(voted=tally.voted, present=present))
        st.button(
            words.reveal,
            icon=":material/visibility:",
            type="primary",
            key="class_reveal",
            on_click=_reveal,
            args=(place,),
            help=words.reveal_help,
        )


def _show_buttons(said: VoteTexts, texts: Texts, place: Place) -> None:
    """For one of the class."""
    chosen = classroom().choice(member())
    for index, (letter, text) in enumerate(_named(said)):
        st.button(
            f"**{letter}** {text}",
            icon=":material/check:" if index == chosen else None,
            type="primary" if index == chosen else "secondary",
            key=f"class_vote_{index}",
            width="stretch",
            on_click=_vote,
            args=(index, place.version),
        )
    st.caption(texts.together.choose if chosen is None else texts.together.has_chosen)


def _show_bars(vote: Vote, said: VoteTexts, texts: Texts, tally: Tally) -> None:
    """Once it is over: how many chose what, and what is right."""
    words, whole = texts.together, max(tally.voted, 1)
    for index, (letter, text) in enumerate(_named(said)):
        count = tally.counts[index]
        line = words.count.format(answer=f"**{letter}** {text}", count=count, total=tally.voted)
        right = f" :material/check_circle: **{words.right}**" if index == vote.right else ""
        st.progress(count / whole, f"{line}{right}")
    chosen = classroom().choice(member()) if member() else None
    own = "" if chosen is None else f"{words.own.format(letter=_letter(chosen))} "
    st.markdown(f"{own}{said.why}")


def _show_pictures(vote: Vote, said: VoteTexts, checkpoint: str) -> None:
    """What is voted on, without a number."""
    if not vote.pictures:
        return
    name = st.session_state.get("checkpoint") or checkpoint
    flow = flow_of(name)
    first = next(iter(offered_examples(flow, name).values()))
    image, _ = fit(first.pixels, flow.config.image_size, flow.config.channels)
    made = out_of_distribution(image)
    pixels = to_rgb(torch.cat([made[picture] for picture in vote.pictures]))
    with st.container(horizontal=True, gap="small", key="class_pictures"):
        for (letter, text), shown in zip(_named(said), pixels, strict=True):
            with st.container(width=SIDE):
                st.image(shown, letter, "stretch", output_format="PNG", alt=f"{letter}: {text}")


def _named(said: VoteTexts) -> list[tuple[str, str]]:
    return [(_letter(index), text) for index, text in enumerate(said.answers)]


def _letter(index: int) -> str:
    return "ABCD"[index]


def _vote(choice: int, version: int) -> None:
    classroom().vote(member(), choice, version)


def _reveal(place: Place) -> None:
    if not leads():
        return
    classroom().reveal()
    if place.ballot is not None and place.ballot.hides:
        address.go_to(place.page, dict(place.query))  # all of the page, which is there now
