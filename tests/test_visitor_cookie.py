"""The id that a browser keeps: given once, with a page, and to nothing else."""

import asyncio

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from explorer.ids import is_id
from explorer.ui.server.visitor_cookie import VISITOR, VisitorCookie, visitor_of


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await asyncio.sleep(0)
        return
    kind: type[Response] = PlainTextResponse if scope["path"] == "/data" else HTMLResponse
    await kind("x")(scope, receive, send)


def test_a_browser_gets_one_with_its_first_page_and_keeps_it() -> None:
    client = TestClient(VisitorCookie(app))
    assert VISITOR not in client.get("/data").cookies
    first = client.get("/train")
    assert is_id(first.cookies[VISITOR])
    told = first.headers["set-cookie"].lower()
    assert "httponly" in told
    assert "samesite=lax" in told
    assert "set-cookie" not in client.get("/train").headers
    other = TestClient(VisitorCookie(app)).get("/train")
    assert other.cookies[VISITOR] != first.cookies[VISITOR]


@pytest.mark.parametrize("kept", ["x", "", "../../" + "a" * 16, "é" * 22])
def test_what_was_made_up_is_replaced(kept: str) -> None:
    headers = [(b"cookie", f"{VISITOR}={kept}".encode())]
    answer = TestClient(VisitorCookie(app)).get("/", headers=headers)
    assert is_id(answer.cookies[VISITOR])


@pytest.mark.parametrize("cookies", ["", "a=b", ";;=", "realnvp_visitor"])
def test_no_id_is_read_where_there_is_none(cookies: str) -> None:
    assert visitor_of(cookies) == ""
