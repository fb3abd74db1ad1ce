"""The address of a page is its view: settings go into it, and a page is reached by it.

Widgets that are bound to the query take their values from the address and put them there. What
Streamlit 1.67 leaves out is here: to go to a view, from any page, with one entry in the browser's
history (`explorer.ui.server.history` has the browser's part), and to set what no widget shows yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import urlencode, urljoin

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from explorer.ui.server.history import VISIT, free_all
from explorer.views.recipe import Recipe
from explorer.views.settings import query_of

Query = dict[str, str | list[str]]
TRAY, LESSON = "tray", "lesson"  # of the visitor, not of the view
_CARRIED = ("checkpoint", TRAY, LESSON)  # from page to page
_GOING, _WENT, _HERE, _SEEN = "address_going", "address_went", "address_here", "addresses_seen"


def go(page: str, view: Mapping[str, Any]) -> NoReturn:
    """Open a page with a view; for callbacks.

    Args:
        page: as in its address, "sample" for example.
        view: values of its widgets by their keys; all others stand as on arrival.
    """
    carried = {key: value for key, value in current().items() if key in _CARRIED}
    st.session_state[_GOING] = page, carried | query_of(view)
    st.rerun()  # all of the page: to leave it
    raise AssertionError  # it does not come back


def arrive(page: str) -> None:
    """Before a page is shown: go where a callback wanted to, and see that the address is right."""
    if going := st.session_state.pop(_GOING, None):
        st.session_state[_WENT] = True
        _turn_to(*going)
    before = st.session_state.get(_HERE)
    st.session_state[_HERE] = page
    if st.session_state.pop(_WENT, False) and before == page:
        _free_all()
        st.query_params.from_dict(current() | {VISIT: f"new-{page}"})
        del st.query_params[VISIT]
    elif before not in (None, page):
        _free_all()
        st.query_params.from_dict(current() | {VISIT: f"of-{page}"})


def leave() -> None:
    """After a page was shown: remember how."""
    if page := st.session_state.get(_HERE):
        view = {key: text for key, text in current().items() if key not in _CARRIED}
        st.session_state.setdefault(_SEEN, {})[page] = view


def seen(page: str) -> Query:
    """How a page was left by this visitor; {} if it was not opened yet."""
    return dict(st.session_state.get(_SEEN, {}).get(page, {}))


def is_restored() -> bool:
    """Whether the address alone decides what is shown, whatever this visit knew before.

    So it is after the browser's Back and Forward, and after `go`.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def put(values: Mapping[str, Any]) -> None:
    """Set widgets that may not be shown yet; the address then has them too."""
    st.session_state.update(values)
    for key, text in query_of(values).items():
        if not _is_bound(key):  # else Streamlit does it
            st.query_params[key] = text


def put_choice(key: str, offered: Sequence[str]) -> None:
    """Before a list without a default whose options come and go: the address names even the first.

    A default is left out of the address, which would mean another one tomorrow.
    """
    if not is_restored() and st.query_params.get(key) not in offered:
        chosen = st.session_state.get(key)
        put({key: chosen if chosen in offered else offered[0]})


def kept(key: str, first: str) -> str:
    """A setting that no widget shows, by its parameter; the address has it from now on.

    Args:
        first: on arrival, where neither the address nor this visit knows it.
    """
    slot = f"address {key}"
    before = None if is_restored() else st.session_state.get(slot)
    text = st.session_state[slot] = st.query_params.get(key) or before or first
    if st.query_params.get(key) != text:
        st.query_params[key] = text
    return text


def current() -> Query:
    """All of the query, as it is now."""
    found: Query = {}
    for key in st.query_params:
        several = st.query_params.get_all(key)
        if key != VISIT:
            found[key] = several if len(several) > 1 else "".join(several)
    return found


def link(recipe: Recipe) -> str:
    """The address of what is shown, for anyone: without the visitor's tray and lesson.

    What was pinned is told by how it was made.
    """
    query = {key: text for key, text in current().items() if key not in (TRAY, LESSON)}
    if pickers := [key.removesuffix("from") for key, text in query.items() if _is_pin(key, text)]:
        made = recipe.query()
        query = _without(query, pickers)
        query |= {key: text for key, text in made.items() if key.startswith(tuple(pickers))}
    page = recipe.view.page + ("?" if query else "")
    return urljoin(st.context.url or "/", page + urlencode(query, doseq=True))


def with_pin(page: str, picker: str, name: str) -> Query:
    """How a page was left, with something of the tray in one of its latent pickers."""
    rest = _without(seen(page), [f"{picker}_"])
    return rest | {f"{picker}_from": "Tray", f"{picker}_pin": name}


def _without(query: Query, starts: Iterable[str]) -> Query:
    return {key: text for key, text in query.items() if not key.startswith(tuple(starts))}


def _is_pin(key: str, text: str | list[str]) -> bool:
    """Whether it says that a latent picker takes its latent from the tray."""
    return key.endswith("_from") and text == "Tray"


def _turn_to(page: str, query: Query) -> NoReturn:
    """What `st.switch_page` does, as if the browser's history led there.

    That one refuses a query whose names a widget has that is shown now, leaves values of this
    visit where the query has none, and puts the new query at the old page's place.
    """
    context = get_script_run_ctx()
    assert context is not None
    assert context.script_requests is not None
    _free_all()
    (code,) = [
        code
        for code, info in context.pages_manager.get_pages().items()
        if info["url_pathname"] == page
    ]
    context.script_requests.request_rerun(
        RerunData(
            query_string=urlencode(query, doseq=True),
            page_script_hash=code,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
            is_history_navigation=True,
        )
    )
    st.empty()  # where the request is looked at
    raise AssertionError  # it was


def _free_all() -> None:
    """Let no widget have a parameter, until it is shown again."""
    context = get_script_run_ctx()
    if context is not None:
        with context.session_state.query_params() as parameters:
            free_all(parameters)


def _is_bound(key: str) -> bool:
    context = get_script_run_ctx()
    if context is None:
        return False
    with context.session_state.query_params() as parameters:
        return parameters.is_bound(key)
