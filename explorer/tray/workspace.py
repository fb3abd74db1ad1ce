"""Pinned latents that outlive a browser's tab: one SQLite file, one row a tray."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from explorer.ids import is_id
from explorer.tray.pins import Pin, PinError, from_bytes, to_bytes
from realnvp.places import own

FILE = "trays.sqlite3"
KEPT_DAYS = 30  # after the last use
MAX_TOTAL = 512 * 2**20
_DAY = 24 * 3600
_PAGE = 4096  # bytes; SQLite's own default

_SCHEMA = """
CREATE TABLE IF NOT EXISTS trays (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    used REAL NOT NULL,
    pins BLOB NOT NULL
) WITHOUT ROWID
"""


class WorkspaceError(ValueError):
    """Trays cannot be kept at the moment; one line for the person whose tray it is."""


def data_folder() -> Path | None:
    """$REALNVP_DATA, or `data/app/` of `places.own`; None if it is "off"."""
    chosen = os.environ.get("REALNVP_DATA") or own("data/app")
    return None if chosen == "off" else Path(chosen)


class OutdatedError(WorkspaceError):
    """The tray has been changed since the version that these pins were made from."""


class Workspace:
    """The trays on disk, by unguessable keys; may be called from many threads.

    Args:
        folder: where the file is; made when the first tray is saved.
        max_total: bytes that all trays may take together.
    """

    def __init__(self, folder: Path, max_total: int = MAX_TOTAL) -> None:
        self._path = folder / FILE
        self._lock = threading.RLock()
        self._database: sqlite3.Connection | None = None
        self._cleaned = 0.0
        self._max_pages = max_total // _PAGE
        with suppress(WorkspaceError):  # logged; whoever has a tray is told
            self.forget_old()

    def load(self, key: str) -> tuple[int, list[Pin]] | None:
        """A tray's version and its pins; None if there is no such tray.

        Raises:
            WorkspaceError: if it cannot be read.
        """
        if not is_id(key) or not os.path.exists(self._path):
            return None
        with self._transaction() as database:
            now = time.time()
            database.execute(
                "UPDATE trays SET used = ? WHERE id = ? AND used < ?", (now, key, now - _DAY)
            )
            row = database.execute("SELECT version, pins FROM trays WHERE id = ?", (key,))
            found = row.fetchone()
        if found is None:
            return None
        version, data = found
        try:
            return version, from_bytes(data)
        except (PinError, TypeError) as error:
            logging.getLogger(__name__).warning("a stored tray is damaged: %s", error)
            raise WorkspaceError("Your tray was damaged on the server; a new one starts.") from None

    def version(self, key: str) -> int:
        """Of a tray: it grows with every change; 0 if there is no such tray.

        Raises:
            WorkspaceError: if it cannot be read.
        """
        if not is_id(key) or not os.path.exists(self._path):
            return 0
        with self._transaction() as database:
            row = database.execute("SELECT version FROM trays WHERE id = ?", (key,)).fetchone()
        return row[0] if row else 0

    def save(self, key: str, pins: Sequence[Pin], after: int | None = None) -> int:
        """Keep these pins as the tray of that key; gives its new version.

        Args:
            after: the version that they were made from; None takes the place of any.

        Raises:
            PinError: if they are too many or too large.
            OutdatedError: if the tray has another version by now; it stays as it is.
            WorkspaceError: if they cannot be written: a full disk, a folder that is read-only, ...
        """
        if not is_id(key):
            raise WorkspaceError("This is no key to a tray.")
        data = to_bytes(pins)
        if time.time() - self._cleaned > _DAY:
            self.forget_old()
        with self._transaction() as database:
            saved = database.execute(
                "INSERT INTO trays VALUES (?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " version = version + 1, used = excluded.used, pins = excluded.pins"
                " WHERE coalesce(?, version) = version RETURNING version",
                (key, time.time(), data, after),
            ).fetchone()
        if saved is None:
            raise OutdatedError("The tray was changed elsewhere at the same moment.")
        return saved[0]

    def forget_old(self, now: float | None = None) -> int:
        """Delete what nobody has used for KEPT_DAYS; gives how many trays that were.

        Raises:
            WorkspaceError: if the file cannot be read or written.
        """
        self._cleaned = time.time()
        if not os.path.exists(self._path):
            return 0
        before = (time.time() if now is None else now) - KEPT_DAYS * _DAY
        with self._transaction() as database:
            return database.execute("DELETE FROM trays WHERE used < ?", (before,)).rowcount

    def close(self) -> None:
        """Let the file go; the next call opens it again."""
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time; after an error a fresh one is made."""
        with self._lock:
            try:
                self._database = self._database or self._connect()
                with self._database:
                    yield self._database
            except (sqlite3.Error, OSError) as error:
                self.close()
                logging.getLogger(__name__).warning("trays cannot be kept: %s", error)
                raise WorkspaceError(
                    "The tray cannot be stored on the server at the moment; it lasts until this"
                    " page is closed."
                ) from None

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
        try:
            # No write waits for the disk: a power cut may take the last changes, never the file.
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA max_page_count = {self._max_pages}")
            database.execute(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database
