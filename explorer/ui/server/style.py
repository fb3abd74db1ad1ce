"""A page whose first picture is in sight, and whose small print can be read."""

from explorer.ui.server.served_page import ServedPage
from explorer.ui.web import HERE

_RULES = (HERE / "page" / "index.html").read_bytes()
_END = _RULES.splitlines()[-1]  # of the head


class Styled(ServedPage):
    """Middleware that puts the project's rules for Streamlit's own parts into the page's head."""

    def changed(self, page: bytes) -> bytes:
        """The page, with the rules at the end of its head."""
        return page.replace(_END, _RULES, 1)
