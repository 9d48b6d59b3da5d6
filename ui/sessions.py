"""Who is logged in, and who has to wait after wrong passwords. Kept in memory, bounded; the clock is handed in."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds; only differences count (`time.monotonic`)."""

HOUR = 3600.0
IDLE, LONGEST = 2 * HOUR, 12 * HOUR
"""A session ends after this long without a request, and this long after it began."""
ROOM = 10_000
"""Sessions, or keys of `Throttle`, that are kept; the least recently used go first."""


@dataclass(slots=True)
class _Session:
    name: str
    stamp: str
    began: float
    used: float


class Sessions:
    """Tokens of those who have logged in; only their hashes are kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def begin(self, name: str, stamp: str, token: str = "") -> str:
        """A token for `name`; `stamp` is what has to be the same still (the hash of the password)."""
        token = token or secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._sessions[_digest(token)] = _Session(name, stamp, now, now)
            while len(self._sessions) > ROOM:
                self._sessions.popitem(last=False)
        return token

    def find(self, token: str) -> tuple[str, str] | None:
        """The `(name, stamp)` of a token that has not expired, which counts as a use of it."""
        key, now = _digest(token), self._clock()
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            if now - session.used > IDLE or now - session.began > LONGEST:
                del self._sessions[key]
                return None
            session.used = now
            self._sessions.move_to_end(key)
            return session.name, session.stamp

    def end(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._sessions.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


@dataclass(slots=True)
class _Record:
    wrong: int
    until: float


class Throttle:
    """Waiting times after wrong passwords: `allowed` are free, then each doubles the wait, up to `longest` seconds."""

    def __init__(self, clock: Clock, *, allowed: int, longest: float = 300.0) -> None:
        self._clock = clock
        self._allowed = allowed
        self._longest = longest
        self._lock = threading.Lock()
        self._records: OrderedDict[Hashable, _Record] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Seconds that `key` still has to wait; 0 when it may try."""
        with self._lock:
            record = self._records.get(key)
            return max(0.0, record.until - self._clock()) if record else 0.0

    def wrong(self, key: Hashable) -> None:
        """Note a wrong password. What is older than an hour beyond its wait is forgotten."""
        now = self._clock()
        with self._lock:
            record = self._records.pop(key, None)
            wrong = record.wrong + 1 if record and now < record.until + HOUR else 1
            over = wrong - self._allowed
            wait = min(2.0 ** min(over, 20), self._longest) if over >= 0 else 0.0
            self._records[key] = _Record(wrong, now + wait)
            while len(self._records) > ROOM:
                self._records.popitem(last=False)

    def right(self, key: Hashable) -> None:
        """Forget what was wrong before."""
        with self._lock:
            self._records.pop(key, None)
