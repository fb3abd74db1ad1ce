"""A file that a button offers is there as long as a browser may show the button."""

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from explorer.ui.server import kept_downloads
from explorer.ui.server.kept_downloads import GRACE, Grace, keep_downloads

PLACE = "0.1"  # of the button on its page


class Pages:
    """Runs of pages, as Streamlit has their files come and go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.storage = MemoryMediaFileStorage("/media")
        self.files = MediaFileManager(self.storage)
        self.visitor = "first"
        monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: self.visitor)

    def run(self, visitor: str = "first", text: bytes = b"", *, has_button: bool = True) -> str:
        """A run from beginning to end; what its button asks for."""
        self.visitor = visitor
        self.files.clear_session_refs()
        asks = self.files.add_deferred(lambda: text, None, PLACE) if has_button else ""
        self.files.remove_orphaned_files()
        return asks

    def kept(self) -> int:
        return len(self.files._deferred_callables) + len(self.files._file_metadata)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    pages = Pages(monkeypatch)
    # Put back when the test ends.
    monkeypatch.setattr(
        MediaFileManager, "remove_orphaned_files", MediaFileManager.remove_orphaned_files
    )
    monkeypatch.setattr(kept_downloads, "Grace", lambda: Grace(lambda: pages.now))
    return pages


def pressed(pages: Pages, asks: str) -> bytes:
    url = pages.files.execute_deferred(asks)
    return pages.storage.get_file(url.rsplit("/", 1)[1]).content


def test_without_this_a_press_on_the_page_of_before_asks_in_vain(pages: Pages) -> None:
    asks = pages.run()
    pages.run()
    with pytest.raises(MediaFileStorageError):
        pages.files.execute_deferred(asks)


def test_a_press_on_the_page_of_before_gives_its_file(pages: Pages) -> None:
    keep_downloads()
    before = pages.run(text=b"of before")
    now = pages.run(text=b"of now")
    for visitor in ("second", "third"):
        pages.run(visitor)
    pages.now += GRACE
    pages.run("third")
    assert pressed(pages, before) == b"of before"
    assert pressed(pages, now) == b"of now"


def test_what_was_made_waits_for_the_browser_whoever_else_is_there(pages: Pages) -> None:
    keep_downloads()
    url = pages.files.execute_deferred(pages.run(text=b"mine"))
    for number in range(5):
        pages.run(f"pupil {number}")
    assert pages.storage.get_file(url.rsplit("/", 1)[1]).content == b"mine"


def test_all_goes_after_a_while(pages: Pages) -> None:
    keep_downloads()
    for number in range(20):
        pages.files.execute_deferred(pages.run(text=bytes([number])))
        pages.now += 1
    assert pages.kept() < 2 * (GRACE + 3)
    pages.run(has_button=False)
    pages.now += GRACE + 1
    pages.run(has_button=False)
    assert pages.kept() == 0


def test_what_a_page_shows_again_is_kept_as_long_as_it_does(pages: Pages) -> None:
    keep_downloads()
    asks = pages.run("patient")
    for _ in range(5):
        pages.now += GRACE
        pages.run("hurried")
    assert pressed(pages, asks) == b""
