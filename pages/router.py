"""Which pages there are, in the order of the menu."""

import streamlit as st

from explorer.ui import address

page = st.navigation(
    {
        "": [
            st.Page("home.py", title="Home", default=True),
            st.Page("models.py", title="Models"),
        ],
        "Explore": [
            st.Page("sample.py", title="Sample"),
            st.Page("axes.py", title="Axes"),
            st.Page("encode.py", title="Encode"),
            st.Page("interpolate.py", title="Interpolate"),
            st.Page("multiscale.py", title="Multi-scale"),
        ],
        "Understand": [
            st.Page("directions.py", title="Directions"),
            st.Page("atlas.py", title="Atlas"),
            st.Page("likelihood.py", title="Likelihood"),
            st.Page("compare.py", title="Compare"),
        ],
        "Learn": [
            st.Page("lesson.py", title="Lesson"),
            st.Page("anatomy.py", title="Anatomy"),
            st.Page("toy.py", title="Toy"),
            st.Page("train.py", title="Train"),
        ],
    },
    expanded=True,
)
address.arrive(page.url_path)
page.run()
