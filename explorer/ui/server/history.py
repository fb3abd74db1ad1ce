"""The browser's history: one entry for each view that was gone to, with its newest settings."""

import gzip
from collections.abc import Callable
from dataclasses import replace

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state.query_params import QueryParams

from explorer.ui.web import HERE, script

VISIT = "visit"  # a parameter for the script, which takes it out: nobody sees it
SCRIPT = script(HERE / "history" / "index.js").encode()

_KEPT = {b"if-none-match", b"if-modified-since"}  # what a browser asks of what it has kept
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges", "content-encoding", "content-length")


class OneEntryAView:
    """Middleware that puts `SCRIPT` into the served page, before any other script."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/static/" in scope["path"]:
            await self._app(scope, receive, send)
            return
        # A browser may have kept the page of a Streamlit app without the script.
        asked = [(name, value) for name, value in scope["headers"] if name not in _KEPT]
        await self._app({**scope, "headers": asked}, receive, _with_script(send))


def _with_script(send: Send) -> Send:
    start: Message | None = None  # of a page, until its body is there
    body = b""

    async def sent(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start" and _is_page(message):
            start = message
        elif start is None or message["type"] != "http.response.body":
            await send(message)
        else:
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = MutableHeaders(scope=start)
            page = gzip.decompress(body) if "content-encoding" in headers else body
            body = page.replace(b"<head>", b"<head><script>%b</script>" % SCRIPT, 1)
            for name in _OF_THE_FILE:
                del headers[name]
            if body:  # none is sent of what is asked for its headers alone
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

    return sent


def _is_page(start: Message) -> bool:
    headers = Headers(scope=start)
    is_html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and is_html and headers.get("content-encoding") in (None, "gzip")


def keep_parameters_apart() -> None:
    """See that a page gets its own parameters, those of the address that leads to it.

    From one page to another Streamlit 1.67 takes away what the page before has widgets for. On the
    way back these are parameters of the page that is gone to, whose widgets have the same names;
    on the way on, the browser is told so while it shows the page before, and forgets them there.
    """
    run = ScriptRunner._run_script
    if getattr(run, "keeps_apart", False):
        return
    ScriptRunner._run_script = _apart(run)  # type: ignore[method-assign]


def free_all(parameters: QueryParams) -> None:
    """Let no widget have one of them, until it is shown again."""
    parameters._bindings_by_param.clear()
    parameters._bindings_by_widget.clear()


def _apart(run: Callable[[ScriptRunner, RerunData], None]) -> Callable:
    def run_script(runner: ScriptRunner, asked: RerunData) -> None:
        before = runner._get_script_run_ctx().page_script_hash
        if before and asked.page_script_hash not in ("", before):  # a new session knows none
            with runner._session_state.query_params() as parameters:
                free_all(parameters)
            if not asked.is_history_navigation:
                asked = replace(asked, query_string="")
        run(runner, asked)

    run_script.keeps_apart = True  # type: ignore[attr-defined]
    return run_script
