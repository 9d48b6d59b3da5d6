"""Sessions end, waiting times grow, and neither takes more than its room."""

from __future__ import annotations

from ui.sessions import HOUR, IDLE, LONGEST, ROOM, Sessions, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_is_found_until_it_ends() -> None:
    sessions = Sessions(Clock())
    token, other = sessions.begin("a", "stamp"), sessions.begin("a", "stamp")
    assert token != other
    assert sessions.find(token) == ("a", "stamp")
    sessions.end(token)
    assert sessions.find(token) is None
    assert sessions.find(other) == ("a", "stamp")
    assert sessions.find("") is None


def test_a_session_ends_unused_and_in_any_case() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token = sessions.begin("a", "")
    clock.now += IDLE + 1
    assert sessions.find(token) is None
    token = sessions.begin("a", "")
    for _ in range(int(LONGEST / HOUR)):
        clock.now += HOUR
        assert sessions.find(token)
    clock.now += HOUR
    assert sessions.find(token) is None


def test_the_oldest_sessions_go_first() -> None:
    sessions = Sessions(Clock())
    first, second = sessions.begin("a", ""), sessions.begin("b", "")
    for _ in range(ROOM - 2):
        sessions.begin("c", "")
    assert sessions.find(first)
    sessions.begin("d", "")
    assert sessions.find(first)
    assert sessions.find(second) is None


def test_each_wrong_password_beyond_some_doubles_the_wait() -> None:
    clock = Clock()
    throttle = Throttle(clock, allowed=3, longest=20)
    waits = []
    for _ in range(9):
        throttle.wrong("a")
        waits.append(throttle.wait("a"))
        clock.now += waits[-1]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 20, 20]
    assert throttle.wait("b") == 0
    clock.now += HOUR + 21
    throttle.wrong("a")
    assert throttle.wait("a") == 0


def test_a_right_password_clears_and_memory_is_bounded() -> None:
    throttle = Throttle(Clock(), allowed=1)
    throttle.wrong("a")
    assert throttle.wait("a") == 1
    throttle.right("a")
    assert throttle.wait("a") == 0
    for n in range(ROOM + 5):
        throttle.wrong(n)
    assert throttle.wait(0) == 0
    assert throttle.wait(ROOM) == 1
