"""What changes what all share, while a teacher may have locked that."""

from contextlib import AbstractContextManager

from explorer.classroom import acting, refusal
from explorer.ui.classroom.role import leads


def as_this_visitor() -> AbstractContextManager[None]:
    """What is done in here is done by the teacher if this is the teacher's page."""
    return acting(leads())


def locked() -> str | None:
    """Why this visitor may not do it, in one line; None if they may."""
    with as_this_visitor():
        return refusal()
