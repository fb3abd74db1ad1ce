"""Whose a training is: a visitor's, by a random id of their browser and a name if they gave one."""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any, Self

MAX_OWNER = 24  # characters of a name


@dataclass(frozen=True)
class Owner:
    """A visitor; of nobody nothing is known.

    Args:
        id: digest of the random id that their browser keeps: what is written down lets nobody
            pass for them.
        name: that they gave, in one short line; "" for none.
    """

    id: str = ""
    name: str = ""

    @classmethod
    def of(cls, visitor: str, name: str = "") -> Self:
        """The visitor whose browser keeps this id.

        Args:
            name: as they typed it.
        """
        return cls(_digest(visitor), cleaned(name))

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """Rebuild from JSON; nobody, where that is something else or, as once, not there."""
        values = values if isinstance(values, dict) else {}
        one, name = (values.get(key) for key in ("id", "name"))
        return cls(
            one if isinstance(one, str) else "", cleaned(name if isinstance(name, str) else "")
        )

    def is_of(self, visitor: str) -> bool:
        """Whether it is the one whose browser keeps this id."""
        return bool(visitor) and self.id == _digest(visitor)

    @property
    def words(self) -> str:
        """ "Ada", or "a visitor"."""
        return self.name or "a visitor"


NOBODY = Owner()


def cleaned(name: str) -> str:
    """A name in one short line: without what is not printed, or turns the text around."""
    kept = "".join(" " if c.isspace() else c for c in name if c.isspace() or _is_shown(c))
    return " ".join(kept.split())[:MAX_OWNER].strip()


def _is_shown(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")


def _digest(visitor: str) -> str:
    return hashlib.blake2b(visitor.encode(errors="replace"), digest_size=12).hexdigest()
