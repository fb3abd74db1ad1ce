"""Which pages there are, in the order of the menu."""

import streamlit as st

st.navigation(
    [
        st.Page("home.py", title="Home", default=True),
        st.Page("sample.py", title="Sample"),
        st.Page("encode.py", title="Encode"),
    ]
).run()
