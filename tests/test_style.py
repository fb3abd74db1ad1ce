"""The rules for Streamlit's own parts stand once, at the end of the head of every page."""

from pathlib import Path

from asking import get
from starlette.applications import Starlette
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from explorer.ui.server.style import Styled
from explorer.ui.web import HERE

RULES = (HERE / "page" / "index.html").read_text()


def test_the_rules_end_the_head() -> None:
    page = get("/", app=Styled(Starlette(routes=create_streamlit_static_assets_routes("")))).body
    unchanged = (Path(file_util.get_static_dir()) / "index.html").read_text()
    head, end, body = unchanged.partition("</head>")
    assert end
    assert page.decode() == head + RULES + body
