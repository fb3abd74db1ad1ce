"""The menu of pages where it lies over the page: on a phone."""

import streamlit as st

# A press beside the sidebar is Streamlit's own way to close it where it covers the page; elsewhere,
# and where it is closed, that does nothing. Streamlit closes it by itself for browsers that call
# themselves a phone's, and for links of the menu alone.
JS = """
export default function ({ data }) {
  if (window.realnvpPage === data.page) return;
  window.realnvpPage = data.page;
  const beside = document.querySelector("[data-testid=stMain]");
  beside?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
}
"""

_element = st.components.v2.component("realnvp.menu", html="<i hidden></i>", js=JS)


def close_menu(page: str) -> None:
    """Once for each page that is come to: the sidebar makes way for it."""
    _element(key="menu", data={"page": page}, height="content")
