"""The state of a class: who leads, who is here, where they are and what they vote."""

import threading
from collections.abc import Callable, Iterator

import pytest

from explorer.classroom import Ballot, Classroom, Tally, acting, current, refusal
from explorer.classroom.room import FORGOTTEN, MOST, NONE, PRESENT
from explorer.ids import new_id

SECRET = "a-secret-of-the-test"
HOSTILE = ["", "x", "../../etc/passwd", "é" * 22, "a" * 23, "a" * 5000, "a" * 21 + "\n", "\ud800"]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> Classroom:
    return Classroom(SECRET, clock)


def joined(room: Classroom, count: int = 1) -> list[str]:
    names = [new_id() for _ in range(count)]
    assert all(room.join(name) for name in names)
    return names


def test_only_the_secret_is_the_secret_and_only_its_pass_leads(room: Classroom) -> None:
    assert room.is_secret(SECRET)
    assert room.is_teacher(room.pass_of_teacher)
    assert SECRET not in room.pass_of_teacher
    for text in (*HOSTILE, SECRET.upper(), SECRET + " ", SECRET[:-1]):
        assert not room.is_secret(text)
        assert not room.is_teacher(text)
    assert not room.is_secret(room.pass_of_teacher)
    assert not room.is_teacher(SECRET)


def test_the_pass_stays_with_the_secret_and_the_class_does_not(room: Classroom) -> None:
    again = Classroom(SECRET)
    assert again.is_teacher(room.pass_of_teacher)
    assert again.id != room.id
    assert not Classroom("another-secret").is_teacher(room.pass_of_teacher)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_id_does_not_join(room: Classroom, name: str) -> None:
    assert not room.join(name)
    assert room.present == 0
    assert room.news(name) == NONE


def test_who_is_not_heard_of_is_not_counted_and_later_forgotten(
    room: Classroom, clock: Clock
) -> None:
    one, other = joined(room, 2)
    room.set_follows(one, False)
    clock.now += PRESENT + 1
    assert room.present == 0
    room.join(other)
    assert room.present == 1
    room.join(one)
    assert not room.follows(one)  # it was away for a moment only
    clock.now += FORGOTTEN + 1
    room.join(other)
    assert room.news(one) == NONE
    room.join(one)
    assert room.follows(one)


def test_a_class_is_full_at_some_time_and_has_room_again_later(
    room: Classroom, clock: Clock
) -> None:
    names = joined(room, MOST)
    assert not room.join(new_id())
    assert room.join(names[0])
    clock.now += FORGOTTEN + 1
    assert room.join(new_id())


def test_every_step_of_the_teacher_is_news_for_those_who_follow(room: Classroom) -> None:
    follows, left = joined(room, 2)
    room.set_follows(left, False)
    news = {name: room.news(name).page for name in (follows, left)}
    for step in range(2):  # to the same place too: what was moved there stands anew
        room.go("sample", {"lesson": "1"})
        assert room.news(follows).page != news[follows], step
        assert room.news(left).page == news[left]
        news[follows] = room.news(follows).page
    assert room.place is not None
    assert (room.place.page, room.place.query) == ("sample", {"lesson": "1"})
    room.set_follows(left, True)
    assert room.news(left) == room.news(follows)
    room.end()
    assert room.place is None


def test_a_browser_has_one_vote_which_it_can_change_until_the_reveal(room: Classroom) -> None:
    one, other, silent = joined(room, 3)
    assert room.tally() is None
    room.go("sample", {}, Ballot("which", 3))
    assert room.place is not None
    version = room.place.version
    assert room.vote(one, 0, version)
    assert room.vote(one, 2, version)
    assert room.vote(other, 2, version)
    assert room.tally() == Tally((0, 0, 2), 3)
    assert (room.choice(one), room.choice(silent)) == (2, None)
    room.reveal()
    assert not room.vote(one, 0, version)
    assert room.tally() == Tally((0, 0, 2), 3)
    room.go("sample", {}, Ballot("what", 2))
    assert room.tally() == Tally((0, 0), 3)
    assert not room.vote(one, 0, version)  # it was asked something else


def test_votes_for_nothing_or_from_nobody_do_not_count(room: Classroom) -> None:
    (name,) = joined(room)
    assert not room.vote(name, 0, 0)
    room.reveal()
    room.go("sample", {}, Ballot("which", 2))
    assert room.place is not None
    for choice in (-1, 2, 10**9):
        assert not room.vote(name, choice, room.place.version)
    for stranger in (new_id(), *HOSTILE):
        assert not room.vote(stranger, 0, room.place.version)
    assert room.tally() == Tally((0, 0), 1)


def test_a_page_that_would_tell_waits_for_the_reveal(room: Classroom) -> None:
    (name,) = joined(room)
    for hides in (True, False):
        room.go("likelihood", {}, Ballot("which", 2, hides))
        assert room.place is not None
        assert room.place.is_hidden == hides
        before = room.news(name)
        room.reveal()
        assert not room.place.is_hidden
        assert (room.news(name).page != before.page) == hides
        assert room.news(name).part != before.part


def test_votes_are_news_for_the_teacher_and_not_for_the_others(room: Classroom) -> None:
    one, other = joined(room, 2)
    room.go("sample", {}, Ballot("which", 2))
    before, told = room.news(other), room.news(leads=True)
    assert room.place is not None
    room.vote(one, 1, room.place.version)
    assert room.news(other) == before
    assert room.news(leads=True).part != told.part
    assert room.news(leads=True).page == told.page


def test_who_listens_is_called_after_each_change_until_the_end(room: Classroom) -> None:
    (name,) = joined(room)
    heard: list[int] = []
    # Whoever is told may ask at once: nothing is locked meanwhile.
    end = room.listen(lambda: heard.append(room.present))
    acts: list[Callable[[], object]] = [
        lambda: room.go("sample", {}, Ballot("which", 2)),
        lambda: room.vote(name, 0, 1),
        room.reveal,
        lambda: room.set_follows(name, False),
        lambda: room.set_read_only(True),
        lambda: joined(room),
        room.end,
    ]
    for count, act in enumerate(acts, start=1):
        act()
        assert len(heard) == count
    room.join(name)  # it was here before: nothing is new
    assert len(heard) == len(acts)
    end()
    room.reveal()
    assert len(heard) == len(acts)


def test_what_a_browser_keeps_is_there_for_it_alone(room: Classroom) -> None:
    one, other = joined(room, 2)
    room.keep(one, ("axes", {}))
    assert room.kept(one) == ("axes", {})
    assert room.kept(other) is None
    assert room.kept(new_id()) is None


def test_many_threads_lose_no_vote(room: Classroom) -> None:
    names = joined(room, 16)
    room.go("sample", {}, Ballot("which", 2))

    def vote(name: str) -> None:
        for turn in range(50):
            room.join(name)
            assert room.vote(name, turn % 2, 1)

    threads = [threading.Thread(target=vote, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert room.tally() == Tally((0, 16), 16)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv(current.SECRET, "")  # and what it was comes back
    current.classroom.cache_clear()
    yield monkeypatch
    current.classroom.cache_clear()


def test_a_secret_is_made_once_or_is_what_the_environment_says(
    environment: pytest.MonkeyPatch,
) -> None:
    made = current.set_secret()
    assert len(made) >= 22
    assert current.set_secret() == made
    assert current.classroom().is_secret(made)
    environment.setenv(current.SECRET, "chosen-by-a-school")
    assert current.set_secret() == "chosen-by-a-school"


@pytest.mark.parametrize("weak", ["short", "with spaces in it", "a&b=c#fragment", "x" * 129])
def test_a_secret_that_will_not_do_is_named(environment: pytest.MonkeyPatch, weak: str) -> None:
    environment.setenv(current.SECRET, weak)
    with pytest.raises(ValueError, match="REALNVP_TEACH must be 12 to 128"):
        current.set_secret()


def test_without_a_secret_in_the_environment_nobody_leads(environment: pytest.MonkeyPatch) -> None:
    assert not current.classroom().is_secret("")


def test_who_has_not_said_to_lead_is_refused_while_it_is_read_only(
    environment: pytest.MonkeyPatch,
) -> None:
    assert refusal() is None
    current.classroom().set_read_only(True)
    assert refusal() is not None
    with acting(leads=True):
        assert refusal() is None
        with acting(leads=False):
            assert refusal() is not None
    assert refusal() is not None
