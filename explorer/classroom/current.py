"""The one class that this server has."""

import os
import re
import secrets
from functools import lru_cache

from explorer.classroom.room import Classroom

SECRET = "REALNVP_TEACH"  # a variable of the environment
_WORD = re.compile(r"[A-Za-z0-9_-]{12,128}")


@lru_cache(maxsize=1)
def classroom() -> Classroom:
    """The class; nobody can lead it where the environment has no secret for it."""
    return Classroom(os.environ.get(SECRET) or secrets.token_urlsafe(16))


def set_secret() -> str:
    """The secret that the environment has, or a new one, which it has from now on.

    Raises:
        ValueError: if what it has could be guessed, or would not stay as it is in a link; one line.
    """
    chosen = os.environ.get(SECRET) or secrets.token_urlsafe(16)
    if not _WORD.fullmatch(chosen):
        raise ValueError(f"{SECRET} must be 12 to 128 of A-Z, a-z, 0-9, - and _")
    os.environ[SECRET] = chosen
    return chosen
