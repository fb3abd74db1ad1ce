"""Which runs take place, and when: a class in turns, and no part of a page that was left."""

import threading
from collections.abc import Callable

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from realnvp.threads import use_threads

LISTENER = "class_page"  # key of the element that hears that the class goes on
TOGETHER = 2  # while one waits for the model, or for a picture to be packed, another goes on
PATIENCE = 20.0  # seconds after which nobody waits for a page that takes its time

_turns = threading.Semaphore(TOGETHER)


def take_turns(
    straight: Callable[[RerunData], RerunData], is_left: Callable[[RerunData], bool]
) -> None:
    """Let pages that the class's news have drawn anew wait for each other.

    Args:
        straight: gives in the place of what was asked what will be asked next, if that is known.
        is_left: whether it is asked of a page that another one has taken the place of.

    Python runs one thread at a time. Thirty pages that are drawn at once are all there when the
    last one is; one after the other, half of them are there in half of that time, and the first at
    once. What one has had computed and kept, the next ones find. Nobody else's page waits.

    A page's own little sums have one thread: PyTorch would give each page's a second one, which
    then waits for more to do at full speed. Models run on the engine's thread, which has its own.
    """
    run = ScriptRunner._run_script
    if getattr(run, "takes_turns", False):
        return
    ScriptRunner._run_script = _in_turn(run, straight, is_left)  # type: ignore[method-assign]


def _in_turn(
    run: Callable[[ScriptRunner, RerunData], None],
    straight: Callable[[RerunData], RerunData],
    is_left: Callable[[RerunData], bool],
) -> Callable:
    def run_script(runner: ScriptRunner, asked: RerunData) -> None:
        use_threads(1)  # of this page's thread alone
        if not _is_news(asked):
            # Something was pressed, or moved, while the browser was about to leave. Streamlit 1.67
            # would turn to the page before, find no such part there, draw nothing, and leave the
            # browser with an empty page.
            if not (asked.fragment_id_queue and is_left(asked)):
                run(runner, asked)
            return
        has_turn = _turns.acquire(timeout=PATIENCE)
        try:
            run(runner, straight(asked))
        finally:
            if has_turn:
                _turns.release()

    run_script.takes_turns = True  # type: ignore[attr-defined]
    # The mark of the other change of this method, which looks for it to be made once.
    run_script.keeps_apart = getattr(run, "keeps_apart", False)  # type: ignore[attr-defined]
    return run_script


def _is_news(asked: RerunData) -> bool:
    """Whether a browser of the class has asked, because it heard that the class goes on."""
    states = asked.widget_states.widgets if asked.widget_states else ()
    return any(state.json_trigger_value and LISTENER in state.id for state in states)
