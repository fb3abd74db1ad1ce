"""The app answers below `server.baseUrlPath` and at the root, whatever a proxy passes on."""

import asyncio

import pytest
from asking import get
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from explorer.ui.server import prefix
from explorer.ui.server.prefix import AtEveryPath

PATHS = ["lab/flow", "/lab/flow", "lab/flow/", "/lab/flow/", "//lab/flow//"]


def own(request) -> PlainTextResponse:
    return PlainTextResponse("own")


OWN = [Route("/ready", own), Route("/pad/{token}", own)]


@pytest.fixture
def option(monkeypatch: pytest.MonkeyPatch):
    """Sets `server.baseUrlPath`."""

    def set_to(path: str) -> None:
        monkeypatch.setattr(prefix.st, "get_option", {"server.baseUrlPath": path}.__getitem__)

    return set_to


def found(path: str, kind: str = "http") -> str:
    """Where those behind the middleware think that a request came to."""
    seen = []

    async def server(scope: dict, receive, send) -> None:
        seen.append(scope["path"])

    scope = {"type": kind, "path": path, "method": "GET", "headers": []}
    asyncio.run(AtEveryPath(server, OWN)(scope, None, None))
    return seen[0]


@pytest.mark.parametrize("base", PATHS)
def test_the_apps_own_routes_are_found_below_the_path_and_at_the_root(base: str, option) -> None:
    option(base)
    for path in ("/ready", "/pad/abc"):
        assert found(f"/lab/flow{path}") == found(path) == path


@pytest.mark.parametrize("base", PATHS)
def test_streamlits_are_found_there_too_where_streamlit_listens(base: str, option) -> None:
    option(base)
    for path in ("/", "/sample", "/_stcore/health", "/padded/abc", "/pad"):
        assert found(f"/lab/flow{path}") == found(path) == f"/lab/flow{path}"
    assert found("/lab/flow") == "/lab/flow"
    assert found("/lab/flowers") == "/lab/flow/lab/flowers"
    assert found("/_stcore/stream", "websocket") == "/lab/flow/_stcore/stream"


@pytest.mark.parametrize("base", ["", "/"])
def test_without_a_path_nothing_changes(base: str, option) -> None:
    option(base)
    for path in ("/", "/ready", "/pad/abc", "/sample", "/lab/flow/ready"):
        assert found(path) == path


def led_to(path: str, query: str = "") -> str:
    """Where Streamlit's own handler of pages leads to, as the browser sees it."""
    base = prefix.st.get_option("server.baseUrlPath")
    pages = Starlette(routes=create_streamlit_static_assets_routes(base))
    answer = get(path, query, app=AtEveryPath(pages, OWN))
    assert answer.status == 301
    return answer.headers["location"]


@pytest.mark.parametrize("base", ["", "lab/flow"])
def test_a_slash_at_the_end_leads_nowhere_else_behind_a_proxy(base: str, option) -> None:
    option(base)
    assert led_to("/sample/", "a=b/c&d=?") == "../sample?a=b/c&d=?"
    assert led_to("/sample///") == "../../../sample"
