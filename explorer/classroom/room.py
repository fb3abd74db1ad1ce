"""The state of a class, for all threads of a server."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from explorer.ids import is_id

PRESENT = 45.0  # seconds since a browser was last heard of, within which it counts as here
FORGOTTEN = 15 * 60.0  # seconds after which it is forgotten, with what it voted
MOST = 500  # browsers that a class can have


@dataclass(frozen=True)
class Ballot:
    """A vote that stands at a place.

    Args:
        key: what is voted on, for the pages to know.
        options: how many answers there are, at least 2.
        hides: whether the page below would tell the answer, and waits for the reveal.
    """

    key: str
    options: int
    hides: bool = False


@dataclass(frozen=True)
class Place:
    """Where the teacher has led the class.

    Args:
        version: another number at each step, and growing.
        page: of the app, as in its address.
        query: all of its settings, and which stop it is.
        minutes: of the version of the lesson that the teacher walks through.
        ballot: None where nothing is voted on.
        is_revealed: whether the vote is over and its tally shown.
    """

    version: int
    page: str
    query: Mapping[str, Any]
    minutes: int | None = None
    ballot: Ballot | None = None
    is_revealed: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether the page waits for the reveal of a vote."""
        return self.ballot is not None and self.ballot.hides and not self.is_revealed


@dataclass(frozen=True)
class Tally:
    """How a vote stands.

    Args:
        counts: votes for each answer.
        present: browsers that are here.
    """

    counts: tuple[int, ...]
    present: int

    @property
    def voted(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class News:
    """What a browser has to know, as two texts that change when it changes.

    Args:
        page: the whole page has to be drawn anew, maybe another one.
        part: the line of the class has to be, and its vote.
    """

    page: str
    part: str


NONE = News("none", "none")  # of who is no part of a class


@dataclass
class _Member:
    seen: float
    follows: bool = True
    choice: int | None = None
    own: object = None


class Classroom:
    """A class; every method may be called from any thread, and none waits.

    Args:
        secret: of the link with which a teacher leads.
        clock: seconds, from any start.
    """

    def __init__(self, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.id = secrets.token_hex(4)  # another one when the server is started anew
        self._secret = secret.encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._members: dict[str, _Member] = {}
        self._place: Place | None = None
        self._read_only = False
        self._steps = 0
        self._listeners: dict[object, Callable[[], None]] = {}

    # Who leads.

    def is_secret(self, text: str) -> bool:
        """Whether this is the secret of the link; it takes as long for any text."""
        return hmac.compare_digest(text.encode(errors="replace"), self._secret)

    @property
    def pass_of_teacher(self) -> str:
        """What the teacher's browser keeps in the secret's place: the same for one secret."""
        return hmac.new(self._secret, b"teacher", hashlib.sha256).hexdigest()

    def is_teacher(self, shown: str) -> bool:
        """Whether a browser that shows this may lead."""
        return hmac.compare_digest(shown.encode(errors="replace"), self.pass_of_teacher.encode())

    # Who is here.

    def join(self, name: str) -> bool:
        """A browser is here; whether it is one of the class.

        Args:
            name: as `new_id` gave it, maybe to another server before this one.
        """
        if not is_id(name):
            return False
        with self._lock:
            self._forget()
            member = self._members.get(name)
            if member is None and len(self._members) >= MOST:
                return False
            before = self._present()
            if member is None:
                self._members[name] = _Member(self._clock())
            else:
                member.seen = self._clock()
            is_news = self._present() != before
        if is_news:
            self._tell()
        return True

    @property
    def present(self) -> int:
        """How many browsers are here."""
        with self._lock:
            return self._present()

    def follows(self, name: str) -> bool:
        """Whether a browser goes where the teacher goes."""
        with self._lock:
            member = self._members.get(name)
            return member is not None and member.follows

    def set_follows(self, name: str, follows: bool) -> None:
        """It does from now on, or no longer."""
        with self._lock:
            if name in self._members:
                self._members[name].follows = follows
        self._tell()

    def keep(self, name: str, own: object) -> None:
        """What a browser wants to find again when it leaves; None: no longer."""
        with self._lock:
            if name in self._members:
                self._members[name].own = own

    def kept(self, name: str) -> Any:
        """What it kept; None if it kept nothing, or was away too long."""
        with self._lock:
            member = self._members.get(name)
            return None if member is None else member.own

    # Where the class is.

    @property
    def place(self) -> Place | None:
        """Where the teacher is; None before the lesson has begun, and after its end."""
        with self._lock:
            return self._place

    def go(
        self,
        page: str,
        query: Mapping[str, Any],
        ballot: Ballot | None = None,
        *,
        minutes: int | None = None,
    ) -> None:
        """Lead everybody there. What was voted before is forgotten."""
        with self._lock:
            self._steps += 1
            self._place = Place(self._steps, page, dict(query), minutes, ballot)
            self._no_votes()
        self._tell()

    def end(self) -> None:
        """The teacher leaves the lesson: everybody stays where they are, to move as they like."""
        with self._lock:
            was, self._place = self._place, None
            self._no_votes()
        if was is not None:
            self._tell()

    # What it votes.

    def vote(self, name: str, choice: int, version: int) -> bool:
        """A browser's one vote, in place of what it chose before; whether it counts.

        Args:
            choice: number of the answer, from 0.
            version: of the place at which it was asked.
        """
        with self._lock:
            place, member = self._place, self._members.get(name)
            if place is None or place.ballot is None or member is None:
                return False
            is_late = place.is_revealed or place.version != version
            if is_late or not 0 <= choice < place.ballot.options:
                return False
            member.choice = choice
        self._tell()
        return True

    def choice(self, name: str) -> int | None:
        """What a browser has chosen; None if nothing yet."""
        with self._lock:
            member = self._members.get(name)
            return None if member is None else member.choice

    def tally(self) -> Tally | None:
        """How the vote stands; None where nothing is voted on."""
        with self._lock:
            return self._tally()

    def reveal(self) -> None:
        """The vote is over: everybody sees how it ended."""
        with self._lock:
            if self._place is not None and self._place.ballot is not None:
                self._place = replace(self._place, is_revealed=True)
        self._tell()

    # What may be changed.

    @property
    def read_only(self) -> bool:
        """Whether the teacher alone may change what all share: models and trainings."""
        with self._lock:
            return self._read_only

    def set_read_only(self, read_only: bool) -> None:
        with self._lock:
            self._read_only = read_only
        self._tell()

    # What has changed.

    def news(self, name: str = "", *, leads: bool = False) -> News:
        """For a browser, or for the teacher's."""
        with self._lock:
            place = self._place
            at = f"{place.version}{'h' * place.is_hidden}" if place else "0"
            shown = f"{place is not None and place.is_revealed:d}"
            if leads:
                tally = self._tally()
                here = f"{self._present()}.{tally.voted if tally else 0}"
                return News(f"{self.id}.lead", f"{at}.{here}.{shown}")
            member = self._members.get(name)
            if member is None:
                return NONE
            to = at if member.follows else "left"
            return News(f"{self.id}.{to}", f"{at}.{member.choice}.{shown}")

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have it called after every change, from the thread that made it; gives its end."""
        key = object()
        with self._lock:
            self._listeners[key] = call

        def end() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return end

    def _tell(self) -> None:
        with self._lock:
            calls = list(self._listeners.values())
        for call in calls:  # without the lock: they may ask
            call()

    def _present(self) -> int:
        end = self._clock() - PRESENT
        return sum(member.seen >= end for member in self._members.values())

    def _forget(self) -> None:
        end = self._clock() - FORGOTTEN
        for name in [name for name, member in self._members.items() if member.seen < end]:
            del self._members[name]

    def _no_votes(self) -> None:
        for member in self._members.values():
            member.choice = None

    def _tally(self) -> Tally | None:
        if self._place is None or self._place.ballot is None:
            return None
        counts = [0] * self._place.ballot.options
        for member in self._members.values():
            if member.choice is not None:
                counts[member.choice] += 1
        return Tally(tuple(counts), self._present())
