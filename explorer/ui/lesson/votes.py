"""What the class votes on before an answer is shown, by the key of its stop.

Questions and answers are texts of the lesson, `StopTexts.vote`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.ui.lesson.stops import Stop

PLAIN = "its mean colour"  # of `out_of_distribution`


@dataclass(frozen=True)
class Vote:
    """A question with answers to choose from.

    Args:
        options: how many answers, from 2 to 4.
        right: number of the one that is true of the stop's model, from 0.
        hides: whether the page of the stop shows the answer, and has to wait.
        pictures: what the answers look like, by their names in `out_of_distribution`; if any.
    """

    options: int
    right: int
    hides: bool = False
    pictures: tuple[str, ...] = ()


VOTES: Mapping[str, Vote] = {
    "samples": Vote(3, right=2),
    "round_trip": Vote(3, right=0, hides=True),
    "slope": Vote(3, right=0),
    "levels": Vote(3, right=0, hides=True),
    "paths": Vote(3, right=0, hides=True),
    "likelihood": Vote(
        4, right=2, hides=True, pictures=("the picture", "upside down", PLAIN, "noise")
    ),
}


def vote_of(stop: Stop) -> Vote | None:
    """What is voted on at a stop; None where nothing is."""
    return VOTES.get(stop.key)
