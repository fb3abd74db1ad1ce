"""The browser's history: one entry for each view that was gone to, with its newest settings."""

from collections.abc import Callable
from dataclasses import replace

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state.query_params import QueryParams

from explorer.ui.server.served_page import ServedPage
from explorer.ui.web import HERE, script

VISIT = "visit"  # a parameter for the script, which takes it out: nobody sees it
SCRIPT = script(HERE / "history" / "index.js").encode()


class OneEntryAView(ServedPage):
    """Middleware that puts `SCRIPT` into the served page, before any other script."""

    def changed(self, page: bytes) -> bytes:
        return page.replace(b"<head>", b"<head><script>%b</script>" % SCRIPT, 1)


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
