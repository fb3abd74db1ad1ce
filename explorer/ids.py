"""Random ids: keys and names that nobody guesses, and that say nothing of whose they are."""

import re
import secrets

# 16 random bytes.
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def new_id() -> str:
    """One that is not in use yet."""
    return secrets.token_urlsafe(16)


def is_id(text: object) -> bool:
    """Whether this has the form of one; what has not is never looked up."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None
