"""Which page is shown, with the menu of all."""

import streamlit as st

from explorer.pages import HOME, groups
from explorer.ui import address

menu = {
    group: [st.Page(page.file, title=page.title, default=page is HOME) for page in pages]
    for group, pages in groups().items()
}
chosen = st.navigation(menu, expanded=True)
address.arrive(chosen.url_path)
chosen.run()
