"""Why a file cannot be read or written, in words."""

import os


def reason_of(error: OSError) -> str:
    """Such as "permission denied"; what the system says, without the place."""
    return (error.strerror or str(error) or "no reason given").lower()


def told(error: OSError) -> str:
    """One line with the place, where the error knows it."""
    if error.filename is None:
        return reason_of(error)
    named = error.filename
    place = str(named) if isinstance(named, int) else os.fsdecode(named)
    return f"{place if place.isprintable() else repr(place)}: {reason_of(error)}"
