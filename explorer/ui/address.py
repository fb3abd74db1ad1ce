"""The address of a page is its view: settings go into it, and a page is reached by it.

Widgets that are bound to the query take their values from the address and put them there. What
Streamlit 1.67 leaves out is here: to go to a view, from any page, with one entry in the browser's
history (`explorer.ui.server.history` has the browser's part), and to set what no widget shows yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlencode, urljoin

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from explorer.ui.server.history import VISIT, free_all
from explorer.views.recipe import Recipe
from explorer.views.settings import query_of

Query = dict[str, str | list[str]]
TRAY, LESSON, LANGUAGE = "tray", "lesson", "language"
_VISITORS = (TRAY, LESSON, LANGUAGE)  # of the visitor, not of the view
_CARRIED = ("checkpoint", *_VISITORS)  # from page to page
_GOING, _WENT, _HERE, _SEEN = "address_going", "address_went", "address_here", "addresses_seen"


def go(page: str, view: Mapping[str, Any]) -> NoReturn:
    """Open a page with a view; for callbacks.

    Args:
        page: as in its address, "sample" for example.
        view: values of its widgets by their keys; all others stand as on arrival.
    """
    carried = {key: value for key, value in current().items() if key in _CARRIED}
    go_to(page, carried | query_of(view))


def go_to(page: str, query: Query) -> NoReturn:
    """Open a page with a whole query, its model too, as `current` gave it; for callbacks."""
    aim(page, query)
    st.rerun()  # all of the page: to leave it
    raise AssertionError  # it does not come back


def aim(page: str, query: Query) -> None:
    """The next time that a page is to be shown, show this one; tray and language come along."""
    own = {key: text for key, text in current().items() if key in (TRAY, LANGUAGE)}
    st.session_state[_GOING] = page, own | query


def arrive(page: str) -> None:
    """Before a page is shown: go where a callback wanted to, and see that the address is right."""
    is_going = _set_off()
    went: _Went | None = st.session_state.get(_WENT)
    if went is not None and (is_going or went.is_overtaken_by(page)):
        _turn_to(went.page, went.query)
    is_new = went is not None and went.begin(page)
    before = here()
    st.session_state[_HERE] = page
    if is_new and before == page:
        _free_all()
        st.query_params.from_dict(current() | {VISIT: f"new-{page}"})
        del st.query_params[VISIT]
    elif before not in (None, page):
        _free_all()
        st.query_params.from_dict(current() | {VISIT: f"of-{page}"})


@contextmanager
def arriving() -> Iterator[None]:
    """While the page is shown: it has been, unless a request of the browser ends it before."""
    went: _Went | None = st.session_state.get(_WENT)
    try:
        yield
    except (RerunException, StopException):
        raise
    except BaseException:
        _is_shown(went)
        raise
    _is_shown(went)


def stop() -> NoReturn:
    """Show nothing more of the page, which has nothing more to show.

    `st.stop` alone looks like the end of a page that another request has overtaken.
    """
    _is_shown(st.session_state.get(_WENT))
    st.stop()  # noqa: TID251
    raise AssertionError  # it does not come back


@dataclass
class _Went:
    """Where the page goes; changed in its place, which Streamlit lets a page do that it stops.

    Args:
        left: the page before.
        has_begun: whether the new one has been begun.
        is_shown: whether it has been shown to its end, or to where it stops.
    """

    page: str
    query: Query
    left: str | None
    has_begun: bool = False
    is_shown: bool = False

    def is_overtaken_by(self, page: str) -> bool:
        """Whether the page before is asked for by a browser that has not heard of the new one.

        A setting was moved, or the class goes on, just then. Who goes back meanwhile is let go.
        """
        return not self.is_shown and page == self.left != self.page and not is_restored()

    def begin(self, page: str) -> bool:
        """Whether this is the first time that a page is begun here."""
        is_first = page == self.page and not self.has_begun
        self.has_begun |= is_first
        return is_first


def _set_off() -> bool:
    """Whether a callback wanted to go somewhere; the page is on its way there from now on."""
    going = st.session_state.get(_GOING)
    if going is None:
        return False
    st.session_state[_WENT] = _Went(going[0], going[1], here())
    del st.session_state[_GOING]  # at last: each of these lines may be where the run is ended
    return True


def _is_shown(went: _Went | None) -> None:
    if went is not None:
        went.is_shown = True


def leave() -> None:
    """After a page was shown: remember how."""
    if page := st.session_state.get(_HERE):
        view = {key: text for key, text in current().items() if key not in _CARRIED}
        st.session_state.setdefault(_SEEN, {})[page] = view


def here() -> str | None:
    """The page that is open, as in its address."""
    return st.session_state.get(_HERE)


def seen(page: str) -> Query:
    """How a page was left by this visitor; {} if it was not opened yet."""
    return dict(st.session_state.get(_SEEN, {}).get(page, {}))


def all_seen() -> dict[str, Query]:
    """The same for each page that was opened."""
    return dict(st.session_state.get(_SEEN, {}))


def remember(pages: Mapping[str, Query]) -> None:
    """Forget how pages were left since `all_seen` gave these."""
    st.session_state[_SEEN] = dict(pages)


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
    query = {key: text for key, text in current().items() if key not in _VISITORS}
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


def as_going(asked: RerunData) -> RerunData:
    """Before a run that the class's news asks for: what leads to where the page is to go, if it is.

    It saves the run that `arrive` would end. A browser that asked for the page before, since it had
    not heard of the new one yet, gets the new one.
    """
    is_going = _set_off()
    went: _Went | None = st.session_state.get(_WENT)
    if went is not None and is_going:
        _free_all()
        return _request_of(went.page, went.query)
    if went is None or went.left is None or not went.page == here() != went.left:
        return asked
    is_old = asked.page_script_hash == _code_of(went.left)
    return _request_of(went.page, current()) if is_old else asked


def is_left(asked: RerunData) -> bool:
    """Before a run: whether the browser asks it of a page that another one has taken the place of.

    Streamlit's own word for the page that is here is behind for a moment after each run.
    """
    page, context = here(), get_script_run_ctx()
    assert context is not None
    pages = context.pages_manager.get_pages()
    asked_of = pages.get(asked.page_script_hash)
    return page is not None and asked_of is not None and asked_of["url_pathname"] != page


def _turn_to(page: str, query: Query) -> NoReturn:
    """What `st.switch_page` does, as if the browser's history led there.

    That one refuses a query whose names a widget has that is shown now, leaves values of this
    visit where the query has none, and puts the new query at the old page's place.
    """
    context = get_script_run_ctx()
    assert context is not None
    assert context.script_requests is not None
    _free_all()
    context.script_requests.request_rerun(_request_of(page, query))
    st.empty()  # where the request is looked at
    raise AssertionError  # it was


def _request_of(page: str, query: Query) -> RerunData:
    context = get_script_run_ctx()
    assert context is not None
    return RerunData(
        query_string=urlencode(query, doseq=True),
        page_script_hash=_code_of(page),
        cached_message_hashes=context.cached_message_hashes,
        context_info=context.context_info,
        is_history_navigation=True,
    )


def _code_of(page: str) -> str:
    """What Streamlit calls a page."""
    context = get_script_run_ctx()
    assert context is not None
    (code,) = [
        code
        for code, info in context.pages_manager.get_pages().items()
        if info["url_pathname"] == page
    ]
    return code


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
