"""The menu of pages where it lies over the page: on a phone."""

from explorer.ui.web import element

_element = element("menu")


def close_menu(page: str) -> None:
    """Once for each page that is come to: the sidebar makes way for it."""
    _element(key="menu", data={"page": page}, height="content")
