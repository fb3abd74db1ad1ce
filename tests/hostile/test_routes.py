"""Whatever is asked of the routes, the answer is short, and the next visitor has a picture."""

import asyncio
import random
import weakref
from functools import partial
from urllib.parse import quote

import pytest
import torch
from asking import http_scope
from flows import small_flow
from fuzz import NUMBERS, TEXTS, is_one_line, rounds
from patience import PATIENCE
from starlette.applications import Starlette

from explorer.ui.scenes import Scene, Scenes
from explorer.ui.server import routes
from realnvp.explore.pads import over_plane

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "get", "")
HEADERS = (
    *((b"range", b"bytes=0-10"), (b"range", b"bytes=-1,5-2"), (b"content-length", b"-1")),
    *((b"content-length", b"9" * 30), (b"transfer-encoding", b"chunked"), (b"x", b"y" * 60_000)),
    *((b"host", b"evil.example"), (b"accept", b"text/html"), (b"cookie", b"\xff;=;="), (b"", b"")),
    *((b"if-none-match", b"*"), (b"if-modified-since", b"never"), (b"accept-encoding", b"x")),
    *((b"content-type", b"multipart/form-data; boundary="), (b"origin", b"null")),
)
ANSWERS = {200, 400, 404, 405, 410, 429, 503}

APP = Starlette(routes=routes.ROUTES)
APP.router.redirect_slashes = False  # behind Streamlit's own routes nothing is redirected
FLOW = small_flow()

Answer = tuple[int, dict[bytes, bytes], bytes]


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of a few pads."""
    store = Scenes()
    monkeypatch.setattr(routes, "scenes", lambda: store)
    z = FLOW.draw(1, 0.7, torch.Generator().manual_seed(0))
    return [
        store.put(Scene(weakref.ref(FLOW), partial(over_plane, z, None, seed=seed)))
        for seed in range(4)
    ]


async def ask(
    method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> Answer:
    """What a server would call the app with; gives status, headers and body."""
    sent: list[dict] = []
    parts = [body[:10], body[10:]]

    async def receive() -> dict:
        part = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = http_scope(path, query, headers, method) | {"client": None, "server": None}
    await APP(scope, receive, send)
    start, *rest = sent
    return start["status"], dict(start["headers"]), b"".join(m.get("body", b"") for m in rest)


async def strange(dice: random.Random, tokens: list[str]) -> Answer:
    """A request that no page would send."""
    token = dice.choice(
        [*tokens, "", "x", "%00", "\0", "..", "../ready", "a/b", "é" * 99, "y" * 9999]
    )
    path = dice.choice(
        [f"/pad/{token}"] * 6 + ["/pad", "/pad/", "/ready", "/ready/", "//", "/pad//x"]
    )
    values = [*(str(number)[:4000] for number in NUMBERS[:-2]), *TEXTS[:8], "0.5", "-1e400"]
    pairs = [
        f"{dice.choice(['x', 'y', 'X', 'z', ''])}={quote(dice.choice(values), errors='replace')}"
        for _ in range(dice.choice([0, 1, 2, 2, 3, 300]))
    ]
    query = "&".join(["x=0.1&y=0.2", *pairs] if dice.random() < 0.5 else pairs).encode()
    if dice.random() < 0.2:
        query = dice.randbytes(dice.randint(0, 200))
    headers = dice.sample(HEADERS, dice.randint(0, 4))
    method = "GET" if dice.random() < 0.6 else dice.choice(METHODS)
    return await ask(method, path, query, headers, dice.randbytes(dice.choice([0, 5, 5000])))


async def good(token: str) -> bool:
    """Whether a page's own request has its picture."""
    status, headers, body = await ask("GET", f"/pad/{token}", b"x=0&y=0", [], b"")
    return status == 200 and headers[b"content-type"] == b"image/webp" and body[:4] == b"RIFF"


def test_no_request_gets_more_than_a_line_or_a_picture(tokens: list[str]) -> None:
    dice = random.Random(0)

    async def visit() -> None:
        for _ in rounds(400):
            status, headers, body = await strange(dice, tokens)
            assert status in ANSWERS
            assert len(body) < 2000
            kind = headers.get(b"content-type", b"")
            if kind.startswith(b"text/plain") and body:
                assert is_one_line(body.decode())
            assert b"set-cookie" not in headers
        assert await good(tokens[0])

    asyncio.run(visit())


def test_many_at_once_are_all_answered(tokens: list[str]) -> None:
    dice = random.Random(1)

    async def visit() -> None:
        for _ in rounds(3):
            answers = await asyncio.gather(*[strange(dice, tokens) for _ in range(150)])
            assert {status for status, _, _ in answers} <= ANSWERS
        assert all([await good(token) for token in tokens])

    asyncio.run(visit())


def test_visitors_who_leave_take_nobody_elses_place(tokens: list[str]) -> None:
    dice = random.Random(2)

    async def visit() -> None:
        for _ in rounds(20):
            waiting = [asyncio.create_task(good(dice.choice(tokens))) for _ in range(10)]
            await asyncio.sleep(dice.random() / 500)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        while not await good(tokens[0]):  # a decode that has begun goes on to its end
            await asyncio.sleep(0.01)
        assert all([await good(token) for token in tokens[1:]])

    asyncio.run(asyncio.wait_for(visit(), PATIENCE))
