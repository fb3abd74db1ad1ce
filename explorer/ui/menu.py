"""The menu of pages, and how it makes way where it lies over the page: on a phone."""

from copy import copy
from functools import lru_cache

import streamlit as st
from streamlit.navigation.page import Page

from explorer.pages import HOME, groups
from explorer.ui.web import element

_element = element("menu")


def menu() -> dict[str, list[Page]]:
    """All pages by their groups, for Streamlit, which writes into them."""
    return {group: [copy(page) for page in pages] for group, pages in _pages().items()}


@lru_cache(maxsize=1)
def _pages() -> dict[str, list[Page]]:
    """Made once: each looks for its file, and the menu is drawn with every page."""
    return {
        group: [st.Page(page.file, title=page.title, default=page is HOME) for page in pages]
        for group, pages in groups().items()
    }


def close_menu(page: str) -> None:
    """Once for each page that is come to: the sidebar makes way for it."""
    _element(key="menu", data={"page": page}, height="content")
