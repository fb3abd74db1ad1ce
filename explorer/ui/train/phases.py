"""What a training is at, and how long it goes on."""

from collections.abc import Mapping, Sequence

from explorer.jobs.jobs import JobSettings
from realnvp.training.progress import MEASURING, PREPARING, SAVING


def phase_in_words(phase: str, settings: JobSettings, lines: Sequence[Mapping[str, float]]) -> str:
    """A line of Markdown; the time that is left is of training, what is around it is named.

    Args:
        phase: a word of `realnvp.training.progress`.
        lines: of its progress.
    """
    left = seconds_left(settings, lines)
    then = f"; then {duration(left)} of training" if left else ""
    if phase == PREPARING:
        return f"**Preparing**: the trainer starts and reads the pictures{then}."
    if phase == MEASURING:
        return f"**Measuring** on pictures held out, and drawing samples{then}."
    if phase == SAVING:
        return "**Writing** the weights and their card."
    return f"**Training**: {duration(left)} left. It pauses to measure, and measures at the end."


def seconds_trained(lines: Sequence[Mapping[str, float]]) -> float:
    """So far, by the lines of its progress."""
    return lines[-1].get("seconds", 0.0) if lines else 0.0


def seconds_left(settings: JobSettings, lines: Sequence[Mapping[str, float]]) -> float:
    """Of training, by the same."""
    return max(0.0, 60 * settings.train.minutes - seconds_trained(lines))


def duration(seconds: float) -> str:
    """ "40 s", "3 min 20 s", "25 min"."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{round(seconds / 60)} min"
