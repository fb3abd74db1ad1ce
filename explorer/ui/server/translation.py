"""A page that browsers leave in its own language."""

import re

from explorer.ui.server.served_page import ServedPage
from explorer.ui.web import HERE

# The first tags of a page, as they are to be.
_HTML, _HEAD = (HERE / "translation" / "index.html").read_bytes().splitlines()
_MARKS = (
    (re.compile(rb"<html\b"), _HTML.removesuffix(b">")),
    (re.compile(rb"<head>"), _HEAD),
)


class NotTranslated(ServedPage):
    """Middleware that marks the page as not to be translated before a browser sees it.

    A browser's translation takes the texts of a page out and puts its own in. React then does not
    find what it has put there, and the app ends with an error in red.
    """

    def changed(self, page: bytes) -> bytes:
        """The page, with the marks in its first tags."""
        for tag, with_mark in _MARKS:
            page = tag.sub(with_mark, page, count=1)
        return page
