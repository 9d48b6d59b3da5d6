"""Who may log in: a file of users with roles and argon2 hashes, changed by `baogao user` and read while serving."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from rag.errors import NotFoundError, SettingError

MODE = 0o600
LONGEST_NAME, SHORTEST_PASSWORD, LONGEST_PASSWORD = 64, 8, 1024


class Role(IntEnum):
    """What somebody may do; each may do what the ones before it may."""

    VISITOR = 0
    """Not logged in: may see the log-in page."""
    READER = 1
    """Asks and reads."""
    EDITOR = 2
    """Adds, corrects and removes."""

    @property
    def word(self) -> str:
        """As the command line and the file write it."""
        return self.name.lower()


ROLES = {role.word: role for role in (Role.READER, Role.EDITOR)}


@dataclass(frozen=True, slots=True)
class User:
    """One who may log in; `hash` is argon2's own encoded form (PHC string)."""

    name: str
    role: Role
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who makes a request; the name is empty for one who has not logged in."""

    name: str
    role: Role


NOBODY = Visitor("", Role.VISITOR)


def read(file: Path) -> dict[str, User]:
    """The users of `file` by name; raises SettingError where it is missing, open to others, or not such a file."""
    try:
        mode = file.stat().st_mode
        data = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingError(
            f"读不了用户文件 {file}（{error.strerror}）",
            f"检查文件名和权限；还没有用户就先运行 baogao user add 名字 --role editor --auth {file}",
        ) from error
    except ValueError as error:
        raise SettingError(f"{file} 不是用户文件", "用 baogao user add 建立一个新的") from error
    if os.name == "posix" and mode & 0o077:
        raise SettingError(f"用户文件 {file} 能被别的用户读写", f"运行 chmod 600 {file}")
    try:
        return {name: User(name, ROLES[entry["role"]], str(entry["hash"])) for name, entry in data["users"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"用户文件 {file} 的内容不完整", "用 baogao user add 建立一个新的") from error


def write(file: Path, users: Mapping[str, User]) -> None:
    """Replace `file` in one step, readable by its owner only."""
    entries = {user.name: {"role": user.role.word, "hash": user.hash} for user in users.values()}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 600
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            json.dump({"users": entries}, new, ensure_ascii=False, indent=2)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except OSError as error:
        raise SettingError(f"写不了用户文件 {file}（{error.strerror}）", "检查文件夹的权限和剩余空间") from error


def add(file: Path, name: str, role: Role, password: str) -> bool:
    """Add a user, or give a known one a new role and password; True where it was known."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or ":" in name or name != name.strip():
        raise SettingError(f"用户名 {name!r} 不能用", f"1 到 {LONGEST_NAME} 个字，不带冒号，首尾不留空格")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise SettingError(
            f"密码要 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符", "换一个长一些、别处没有用过的密码"
        )
    from argon2 import PasswordHasher

    user = User(name, role, PasswordHasher().hash(password))
    with _alone(file):
        users = read(file) if file.exists() else {}
        write(file, {**users, name: user})
    return name in users


def remove(file: Path, name: str) -> None:
    """Take a user out; who is logged in under that name is out at once."""
    with _alone(file):
        users = read(file)
        if name not in users:
            raise NotFoundError(f"用户文件里没有 {name!r}", f"用 baogao user list --auth {file} 查看")
        write(file, {other: user for other, user in users.items() if other != name})


def _alone(file: Path) -> Any:
    """A lock against a second `baogao user` at the same time."""
    from filelock import FileLock

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(file.with_name(f".{file.name}.lock"), timeout=10, mode=MODE)
    except OSError as error:
        raise SettingError(f"写不了用户文件 {file}（{error.strerror}）", "检查文件夹的权限") from error


class Accounts:
    """The users of a file, read again when it has changed."""

    def __init__(self, file: Path) -> None:
        from argon2 import PasswordHasher

        self._file = file
        self._hasher = PasswordHasher()
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._users: dict[str, User] = {}
        self.users()

    def users(self) -> Mapping[str, User]:
        """The users as the file has them now; raises SettingError where it can no longer be read."""
        with self._lock:
            try:
                stat = self._file.stat()
                now = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            except OSError:
                now = None
            if now is None or now != self._seen:
                self._users = read(self._file)
                self._seen = now
            return self._users

    def check(self, name: str, password: str) -> User | None:
        """The user, if the password is theirs. As slow for a name that is not there: 64 MB, 0.2 s of processor."""
        from argon2.exceptions import InvalidHashError, VerificationError

        users = self.users()
        user = users.get(name)
        try:
            for other in [user] if user else list(users.values())[:1]:
                self._hasher.verify(other.hash, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return user
