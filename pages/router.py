"""Which page is shown, with the menu of all."""

import streamlit as st

from explorer.ui import address
from explorer.ui.classroom.follow import follow
from explorer.ui.menu import menu

chosen = st.navigation(menu(), expanded=True)
follow(chosen.url_path)
address.arrive(chosen.url_path)
with address.arriving():
    chosen.run()
