"""Files that are made when a button is pressed, kept while a browser may still have the button."""

import time
from collections.abc import Callable

from streamlit.runtime.media_file_manager import MediaFileKind, MediaFileManager

GRACE = 10.0  # seconds; a browser that a busy machine keeps waiting has the page of before as long


class Grace:
    """What nobody refers to any more goes after a while.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def over(self, unused: set[str]) -> set[str]:
        """Which of these have been unused for long; all others are in use, or gone."""
        now = self._clock()
        self._since = {name: self._since.get(name, now) for name in unused}
        return {name for name, since in self._since.items() if now - since > GRACE}


def keep_downloads() -> None:
    """Streamlit 1.67 drops the files of a page's buttons when a run of the page ends.

    Until the browser has the new buttons a press asks for the old ones, and nothing comes. A file
    that was made goes with the second run after it, of whatever page: in a class, at once.
    """
    MediaFileManager.remove_orphaned_files = removing(Grace())  # type: ignore[method-assign,assignment]


def removing(grace: Grace) -> Callable[[MediaFileManager], None]:
    """In the place of `MediaFileManager.remove_orphaned_files`."""

    def remove(manager: MediaFileManager) -> None:
        with manager._lock:
            kinds = {name: file.kind for name, file in manager._file_metadata.items()}
            unused = manager._get_inactive_file_ids()
            for name in unused:
                if kinds[name] == MediaFileKind.MEDIA:
                    manager._delete_file(name)
            referred = {
                name
                for files in manager._files_by_session_and_coord.values()
                for name in files.values()
            }
            made = {name for name in unused if kinds[name] == MediaFileKind.DOWNLOADABLE}
            to_make = manager._deferred_callables.keys() - referred
            for name in grace.over(made | to_make):
                if name in made:
                    manager._delete_file(name)
                else:
                    manager._drop_deferred_id(name)

    return remove
