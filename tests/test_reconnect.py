"""The first run of a websocket is of the whole page; all that follows is what was asked."""

import asyncio

from streamlit.proto.BackMsg_pb2 import BackMsg

from explorer.ui.server.reconnect import STREAM, WholePageFirst


def asking(fragment: str) -> dict:
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    message.rerun_script.query_string = "seed=3"
    message.rerun_script.is_auto_rerun = True
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def heard(sent: list[dict], path: str = STREAM, kind: str = "websocket") -> list[dict]:
    """What a server behind the middleware is told of what a browser sends."""
    told, left = [], iter(sent)

    async def receive() -> dict:
        return next(left)

    async def server(scope: dict, receive, send) -> None:
        told.extend([await receive() for _ in sent])

    asyncio.run(WholePageFirst(server)({"type": kind, "path": path}, receive, None))
    return told


def fragments(told: list[dict]) -> list[tuple[str, str, bool]]:
    runs = [BackMsg.FromString(message["bytes"]).rerun_script for message in told]
    return [(run.fragment_id, run.query_string, run.is_auto_rerun) for run in runs]


def test_only_the_first_run_is_of_the_whole_page() -> None:
    told = heard([asking("a"), asking("b"), asking("")])
    assert fragments(told) == [
        ("", "seed=3", False),
        ("b", "seed=3", True),
        ("", "seed=3", True),
    ]


def test_the_first_run_may_come_after_other_messages() -> None:
    connect, broken = {"type": "websocket.connect"}, {"type": "websocket.receive", "bytes": b"\xff"}
    stop = BackMsg(stop_script=True).SerializeToString()
    others = [connect, broken, {"type": "websocket.receive", "bytes": stop}]
    others.append({"type": "websocket.receive", "text": "words"})
    told = heard([*others, asking("a"), asking("b")])
    assert told[:4] == others
    assert [fragment for fragment, _, _ in fragments(told[4:])] == ["", "b"]


def test_other_requests_are_left_alone() -> None:
    for path, kind in (("/elsewhere", "websocket"), (STREAM, "http")):
        sent = [asking("a")]
        assert heard(sent, path, kind) == sent
