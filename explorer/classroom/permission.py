"""Who changes what all share, so that whoever does it can be asked first."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from explorer.classroom.current import classroom

READ_ONLY = "The teacher has locked this: during the lesson nobody else trains, stops or removes."
_leads: ContextVar[bool] = ContextVar("leads", default=False)


@contextmanager
def acting(leads: bool) -> Iterator[None]:
    """What is done in here is done by the teacher, or is not."""
    token = _leads.set(leads)
    try:
        yield
    finally:
        _leads.reset(token)


def refusal() -> str | None:
    """Why whoever acts may not change what all share, in one line; None if they may.

    Where nobody has said who it is, it is not the teacher.
    """
    return READ_ONLY if classroom().read_only and not _leads.get() else None
