"""The app's routes, asked without a server between."""

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image
from starlette.applications import Starlette
from starlette.types import ASGIApp

from explorer.ui.server import routes


@dataclass
class Answer:
    """Of a request without a server between."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def line(self) -> str:
        """Its text, which must be a single line that names no path of the server."""
        text = self.body.decode()
        assert text
        assert "\n" not in text
        assert "/" not in text
        return text


APP = Starlette(routes=routes.ROUTES)


def http_scope(
    path: str, query: bytes, headers: list[tuple[bytes, bytes]], method: str = "GET"
) -> dict[str, Any]:
    """What a server says of a request to the app."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path, errors="replace").encode(),
        "query_string": query,
        "headers": headers,
        "root_path": "",
    }


async def request(
    path: str,
    query: str = "",
    *,
    leaves: bool = False,
    app: ASGIApp = APP,
    method: str = "GET",
    **headers: str,
) -> Answer:
    """As a server would call the app; a visitor who leaves takes no answer."""
    answer = Answer()

    async def receive() -> dict:
        return {"type": "http.request"}

    async def send(message: dict) -> None:
        if leaves:
            raise OSError("the connection is closed")
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
        answer.body += message.get("body", b"")

    named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    await app(http_scope(path, query.encode(), named, method), receive, send)
    return answer


def get(path: str, query: str = "", **how: Any) -> Answer:
    return asyncio.run(request(path, query, **how))


def pixels(answer: Answer) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(answer.body)))
