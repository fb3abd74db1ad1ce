"""A training that goes on while its page is open, in slices between which others have a turn."""

import math
import re
import secrets
import threading
import time
from collections.abc import Callable

import streamlit as st

from explorer.ui import address
from explorer.ui.cache import cached, forget, shared
from explorer.ui.models import run_locally
from realnvp import NonFiniteError
from realnvp.toy import ToyError, ToySettings, ToyTraining
from realnvp.toy.training import MAX_STEPS

TICK = 0.4  # seconds from one picture to the next
SLICE = 0.28  # seconds of each that all trainings together may have of the model's thread
TURN = 0.04  # seconds after which whoever else is waiting comes first
PLACES = 4  # trainings that may go on at once
A_FEW = 10  # steps of the button
STEPS = "steps"  # of the address: that it has taken
_SLOT, _FEW, _WHO, _PROBLEM = "toy_training", "toy_few", "toy_who", "toy_problem"
_GOES_ON, _AS_FAR = "toy_goes_on", "toy_as_far"


class Places:
    """Who is training at the moment; may be called from many threads.

    Args:
        places: at most so many.
        seconds: without a sign, after which somebody counts as gone.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        places: int = PLACES,
        seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places, self._seconds, self._clock = places, seconds, clock
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def enter(self, who: str) -> int:
        """How many are training, this one included; 0 if all places are taken."""
        with self._lock:
            now = self._clock()
            self._seen = {w: at for w, at in self._seen.items() if now - at < self._seconds}
            if who not in self._seen and len(self._seen) >= self._places:
                return 0
            self._seen[who] = now
            return len(self._seen)

    def leave(self, who: str) -> None:
        """Make room at once."""
        with self._lock:
            self._seen.pop(who, None)


@st.cache_resource(show_spinner=False)
def places() -> Places:
    """Those of this server."""
    return Places()


def training_of(settings: ToySettings, until: int) -> ToyTraining:
    """This visitor's; it begins anew when the settings change, or when it has to end earlier.

    Until it takes its first step it is the same for all, who then do not make one each (15 ms).

    Raises:
        ToyError: if the data set is empty.
    """
    training = cached(_SLOT, settings, lambda: _before_the_first_step(settings))
    if isinstance(training, ToyTraining) and not training.step and _sets_off():
        forget(_SLOT)
        training = cached(_SLOT, settings, lambda: run_locally(_begin, settings))
    if isinstance(training, ToyError):
        raise ToyError(str(training))  # anew: one that is kept would gather what it went through
    if is_on() and training.step > until:
        forget(_SLOT)
        return training_of(settings, until)
    return training


def arrive() -> None:
    """On arrival, and where Back leads here, train as far as the address says."""
    if _GOES_ON not in st.session_state or address.is_restored():
        text = st.query_params.get(STEPS, "")
        steps = min(int(text), MAX_STEPS) if re.fullmatch("[0-9]{1,9}", text) else 0
        st.session_state.update({_GOES_ON: steps > 0, _AS_FAR: steps})


def as_far(until: int) -> int:
    """The step at which it stops: the address's, or then the visitor's."""
    return st.session_state[_AS_FAR] or until


def rest(training: ToyTraining) -> None:
    """It stands still: the address says where."""
    if not training.step:
        st.query_params.pop(STEPS, None)
    elif st.query_params.get(STEPS) != str(training.step):
        st.query_params[STEPS] = str(training.step)


def reset() -> None:
    """Forget it: the next one begins at step 0."""
    forget(_SLOT)
    st.session_state.pop(_PROBLEM, None)
    stop()


def show_problem() -> None:
    """What went wrong, until it is started or reset."""
    if problem := st.session_state.get(_PROBLEM):
        st.error(problem)


def is_on() -> bool:
    """Whether it goes on."""
    return bool(st.session_state[_GOES_ON])


def start() -> None:
    st.session_state.update({_GOES_ON: True, _AS_FAR: 0})
    st.session_state.pop(_PROBLEM, None)


def stop() -> None:
    st.session_state.update({_GOES_ON: False, _AS_FAR: 0})
    places().leave(_who())


def want_a_few() -> None:
    st.session_state[_FEW] = True


def wants_a_few() -> bool:
    """Whether the button has been pressed, once for each time."""
    return bool(st.session_state.pop(_FEW, False))


def a_few_steps(training: ToyTraining) -> None:
    """Those that the button asks for."""
    _take(training, training.step + A_FEW, math.inf)


def go_on(training: ToyTraining, until: int) -> None:
    """One slice, or a word on why there is none; at the end, or at a problem, it stops."""
    if 0 < training.step == st.session_state[_AS_FAR]:
        stop()  # at once, on the way back
        return
    if training.step >= until:
        st.toast(f"It is at step {until:,} already. Raise “Stop at step” to go on.")
        stop()
        return
    live = places().enter(_who())
    if not live:
        st.info(
            f"{PLACES} visitors are training at the moment. Yours begins when one of them ends."
        )
        return
    for _ in range(max(1, round(SLICE / live / TURN))):
        _take(training, until, TURN)
        if training.step >= until or not is_on():
            break
    if training.step >= until:
        stop()


def _take(training: ToyTraining, until: int, seconds: float) -> None:
    """Steps on the model's thread; what goes wrong there is one line, and the training stops."""
    problem = run_locally(_train, training, until, seconds)
    if problem:
        stop()
        words = f"{problem}. Please reset it, and take a lower learning rate or fewer couplings."
        st.session_state[_PROBLEM] = words


def _sets_off() -> bool:
    """Whether steps will be taken now."""
    return is_on() or _FEW in st.session_state


def _before_the_first_step(settings: ToySettings) -> ToyTraining | ToyError:
    """Never to be trained: it is everybody's."""
    return shared(f"toy {settings}", lambda: run_locally(_begin, settings))


def _begin(settings: ToySettings) -> ToyTraining | ToyError:
    """Given, not raised: the call has taken place, and its time is shown like any other's."""
    try:
        return ToyTraining(settings)
    except ToyError as error:
        return error


def _train(training: ToyTraining, until: int, seconds: float) -> str:
    try:
        training.train_to(until, seconds)
    except NonFiniteError as error:
        return str(error)
    return ""


def _who() -> str:
    return st.session_state.setdefault(_WHO, secrets.token_urlsafe(8))
