"""The page says in its first tags that it is not to be translated; all else is left alone."""

from pathlib import Path

import pytest
from asking import get
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import file_util
from streamlit.web.server.starlette.starlette_gzip_middleware import SelectiveGZipMiddleware
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from explorer.ui.server.translation import NotTranslated

STATIC = Path(file_util.get_static_dir())
LINE = "the word <html> and <head>, " * 100


def line(request) -> Response:
    return PlainTextResponse(LINE)


def lost(request) -> Response:
    return HTMLResponse("<html><head>", 404)


def app(base: str = "") -> NotTranslated:
    """Streamlit's own handler of pages, packed as Streamlit packs it."""
    routes = [Route(f"{base}/line", line), Route(f"{base}/lost", lost)]
    routes += create_streamlit_static_assets_routes(base)
    packed = Middleware(SelectiveGZipMiddleware, base_url=base)
    return NotTranslated(Starlette(routes=routes, middleware=[packed]))


@pytest.mark.parametrize("base", ["", "/lab/flow"])
@pytest.mark.parametrize("path", ["/", "/index.html", "/sample", "/no_such_page"])
@pytest.mark.parametrize("encoding", ["gzip, deflate", "identity"])
def test_every_way_to_the_page_gives_it_marked_before_any_script(
    base: str, path: str, encoding: str
) -> None:
    answer = get(base + path, app=app(base), accept_encoding=encoding)
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    page = answer.body.decode()
    before_scripts = page.partition("<script")[0]
    assert '<html translate="no" class="notranslate" lang="en">' in before_scripts
    assert '<meta name="google" content="notranslate" />' in before_scripts
    assert int(answer.headers["content-length"]) == len(answer.body)
    marks = (' translate="no" class="notranslate"', '<meta name="google" content="notranslate" />')
    for mark in marks:
        assert page.count(mark) == 1
        page = page.replace(mark, "")
    assert page == (STATIC / "index.html").read_text()


def test_a_page_that_a_browser_has_kept_is_not_taken_for_this_one() -> None:
    unmarked = get("/", app=app()._app).headers
    asked = {"if_none_match": unmarked["etag"], "if_modified_since": unmarked["last-modified"]}
    assert get("/", app=app()._app, **asked).status == 304
    answer = get("/", app=app(), **asked)
    assert answer.status == 200
    assert b"notranslate" in answer.body
    assert answer.headers["cache-control"] == "no-cache"
    assert not {"etag", "last-modified"} & answer.headers.keys()


def test_who_asks_for_the_headers_alone_gets_no_wrong_length() -> None:
    answer = get("/", app=app(), method="HEAD")
    assert answer.status == 200
    assert answer.body == b""
    assert "content-length" not in answer.headers


def test_what_is_no_page_is_left_as_it_is() -> None:
    answer = get("/line", app=app(), accept_encoding="identity")
    assert answer.body.decode() == LINE
    assert get("/line", app=app(), accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert get("/lost", app=app()).body == b"<html><head>"
    script = next((STATIC / "static" / "js").glob("*.js")).relative_to(STATIC)
    kept = get(f"/{script}", app=app())
    assert kept.headers["cache-control"].startswith("public, immutable")
    again = get(f"/{script}", app=app(), if_none_match=kept.headers["etag"])
    assert again.status == 304
