"""Which pages there are, in the order of the menu."""

import streamlit as st

st.navigation(
    {
        "": [st.Page("home.py", title="Home", default=True)],
        "Explore": [
            st.Page("sample.py", title="Sample"),
            st.Page("axes.py", title="Axes"),
            st.Page("encode.py", title="Encode"),
            st.Page("interpolate.py", title="Interpolate"),
            st.Page("multiscale.py", title="Multi-scale"),
        ],
        "Understand": [],
        "Learn": [],
        "Models": [st.Page("models.py", title="Models")],
    }
).run()
