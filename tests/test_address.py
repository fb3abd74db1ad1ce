"""A view is gone to by its address, and nothing else is left of what was before."""

import asyncio
import gzip
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from app_pages import figure, open_page, unfold
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.ui import address
from explorer.ui.server.history import SCRIPT, OneEntryAView
from explorer.views.recipe import read_recipe
from explorer.views.settings import query_of

pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")

PAGE = b"<html><head><script>first()</script></head></html>"
SAMPLE: dict[str, Any] = {
    "page": "sample",
    "checkpoint": "tiny",
    "temperature": 0.7,
    "seed": 42,
    "pictures": 16,
    "order": "as drawn",
}


def opened(app: AppTest, recipe: dict[str, Any]) -> AppTest:
    unfold(app, "Open a recipe")
    (uploader,) = [u for u in app.file_uploader if u.key.startswith("recipe_file_")]
    uploader.set_value(("a.json", json.dumps(recipe).encode(), "application/json")).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", ["axes.py", "sample.py", "home.py"])
def test_an_opened_recipe_is_all_that_is_shown(page: str) -> None:
    # Of the same names as the recipe's, and one that it does not have.
    app = open_page(page, temperature="1.2", seed="3", bits="true")
    app = opened(app, SAMPLE)
    assert app.title[0].value == "Sample"
    assert figure(app, "16 samples at temperature 0.70, seed 42, as drawn")
    assert app.query_params["seed"] == "42"
    assert app.query_params["pictures"] == "16"
    assert "bits" not in app.query_params
    assert app.session_state["bits"] is False


def test_a_link_is_the_address_without_what_is_the_visitors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    links: list[str] = []
    link = address.link
    monkeypatch.setattr(address, "link", lambda recipe: links.append(link(recipe)) or links[-1])
    query = {"seed": "5", "pictures": "16", "bits": "true"}
    unfold(open_page("sample.py", lesson="1", **query), "Recipe")
    (link,) = [link for link in links if "://" in link or link.startswith("/")]
    assert urlsplit(link).path == "/sample"
    assert parse_qs(urlsplit(link).query) == {key: [text] for key, text in query.items()}


def test_a_latent_of_the_tray_is_told_by_how_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("multiscale.py", show="Maps", a_seed="9")
    app.button(key="maps_pin").click().run()
    links: list[str] = []
    link = address.link
    monkeypatch.setattr(address, "link", lambda recipe: links.append(link(recipe)) or links[-1])
    tray = app.query_params["tray"]
    unfold(open_page("multiscale.py", show="Maps", tray=tray, a_from="Tray", b_seed="4"), "Recipe")
    query = parse_qs(urlsplit(links[0]).query)
    assert query["a_seed"] == ["9"]
    assert query["a_from"] == ["Sample"]
    assert query["show"] == ["Maps"]
    assert not {"a_pin", "tray"} & set(query)


def test_only_what_is_asked_of_the_page_before_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"1": {"url_pathname": ""}, "2": {"url_pathname": "toy"}}
    manager = SimpleNamespace(get_pages=lambda: pages)
    context = SimpleNamespace(pages_manager=manager)
    monkeypatch.setattr(address, "get_script_run_ctx", lambda: context)

    def left(here: str | None) -> list[str]:
        monkeypatch.setattr(address, "here", lambda: here)
        return [code for code in "12?" if address.is_left(RerunData(page_script_hash=code))]

    assert left("toy") == ["1"]
    assert left("") == ["2"]
    assert left(None) == []  # a session that has seen none yet


def test_settings_go_into_an_address_and_come_back() -> None:
    view = {"levels": [1, 3], "none": [], "on": True, "off": False, "seed": 7.0, "T": 0.25}
    assert query_of(view) == {
        "levels": ["1", "3"],
        "none": "",
        "on": "true",
        "off": "false",
        "seed": "7",
        "T": "0.25",
    }
    assert read_recipe(VIEWS, SAMPLE).query()["seed"] == "42"


def test_no_level_at_all_is_a_view_too() -> None:
    recipe = {
        "page": "multiscale",
        "checkpoint": "tiny",
        "a": {"from": "Sample", "seed": 1, "temperature": 0.7},
        "experiment": {"show": "Resample", "resampled": []},
    }
    app = opened(open_page("home.py"), recipe)
    assert figure(app, "16 variants of seed 1, T = 0.70, new noise in no level")
    assert app.query_params["resampled"] == ""


@pytest.mark.parametrize("text", ["x", "-1", "١", "9" * 5000, "1e9", "<b>"])
def test_what_is_no_seed_of_the_strip_draws_one_all_the_same(text: str) -> None:
    app = open_page("home.py", strip=text)
    assert not app.exception
    assert figure(app, "20 samples at temperature 0.7")


def test_the_strip_of_an_address_is_drawn_again() -> None:
    app = open_page("home.py")
    seed = app.query_params["strip"]
    again = open_page("home.py", strip=seed)
    words = f"20 samples at temperature 0.7, seed {seed}"
    assert figure(app, words)["source"] == figure(again, words)["source"]


async def served(scope: Scope, receive: Receive, send: Send) -> None:
    """A page at every path but one; zipped where that is asked for."""
    if scope["path"] == "/text":
        await PlainTextResponse("<head>")(scope, receive, send)
        return
    zipped = b"zipped" in scope["query_string"]
    headers = {"etag": "old"} | ({"content-encoding": "gzip"} if zipped else {})
    answer = HTMLResponse(gzip.compress(PAGE) if zipped else PAGE, headers=headers)
    assert b"if-none-match" not in dict(scope["headers"]) or "/static/" in scope["path"]
    await answer(scope, receive, send)


def asked(path: str, query: bytes = b"") -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body of what the middleware lets through."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query}
        await OneEntryAView(served)(
            scope | {"headers": [(b"if-none-match", b"old")]}, lambda: None, send
        )

    asyncio.run(ask())
    start, body = sent
    return dict(start["headers"]), body["body"]


@pytest.mark.parametrize("query", [b"", b"zipped"])
def test_the_script_comes_before_any_other_of_the_served_page(query: bytes) -> None:
    headers, body = asked("/sample", query)
    assert body == PAGE.replace(b"<head>", b"<head><script>" + SCRIPT + b"</script>")
    assert headers[b"content-length"] == str(len(body)).encode()
    assert not {b"etag", b"content-encoding"} & set(headers)


def test_the_script_goes_into_nothing_else() -> None:
    assert asked("/text")[1] == b"<head>"
    assert asked("/static/a.html")[1] == PAGE
