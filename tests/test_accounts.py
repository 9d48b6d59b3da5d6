"""The file of users: whole, private, and read again when it has changed."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from rag.errors import NotFoundError, SettingError
from ui.accounts import Accounts, Role, add, read, remove

GOOD = "a-long-password"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "deep" / "users.json"
    assert add(path, "王芳", Role.EDITOR, GOOD) is False
    return path


@pytest.fixture
def file(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(first, tmp_path))


def test_a_user_is_known_by_the_password(file: Path) -> None:
    accounts = Accounts(file)
    user = accounts.check("王芳", GOOD)
    assert user and (user.name, user.role) == ("王芳", Role.EDITOR)
    assert accounts.check("王芳", GOOD + "x") is None
    assert accounts.check("李强", GOOD) is None
    assert accounts.check("", "") is None


def test_no_password_is_kept_and_no_one_else_may_read(file: Path) -> None:
    text = file.read_text("utf-8")
    assert GOOD not in text
    assert "$argon2id$" in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert GOOD not in repr(read(file))
    assert "argon2id" not in repr(read(file))


def test_changes_are_seen_at_once(file: Path) -> None:
    accounts = Accounts(file)
    add(file, "李强", Role.READER, GOOD)
    assert accounts.users()["李强"].role is Role.READER
    assert add(file, "李强", Role.EDITOR, "another-password") is True
    assert accounts.users()["李强"].role is Role.EDITOR
    assert accounts.check("李强", GOOD) is None
    remove(file, "李强")
    assert set(accounts.users()) == {"王芳"}
    with pytest.raises(NotFoundError, match="李强"):
        remove(file, "李强")
    file.unlink()
    with pytest.raises(SettingError, match="读不了用户文件"):
        accounts.users()


def test_users_added_at_the_same_time_are_all_there(file: Path) -> None:
    threads = [threading.Thread(target=add, args=(file, f"u{n}", Role.READER, GOOD)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read(file)) == {"王芳", *(f"u{n}" for n in range(3))}
    assert {path.name for path in file.parent.iterdir()} == {"users.json", ".users.json.lock"}


@pytest.mark.parametrize("name", ["", "a:b", " a", "a\n", "x" * 65])
def test_names_that_cannot_be_used(file: Path, name: str) -> None:
    with pytest.raises(SettingError, match="用户名"):
        add(file, name, Role.READER, GOOD)


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_passwords_that_cannot_be_used(file: Path, password: str) -> None:
    with pytest.raises(SettingError, match="密码"):
        add(file, "李强", Role.READER, password)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"users": []}', '{"users": {"a": {}}}', '{"users": {"a": {"role": "root", "hash": "x"}}}']
)
def test_a_file_that_is_none_is_not_replaced(file: Path, text: str) -> None:
    file.write_text(text)
    for change in (lambda: read(file), lambda: add(file, "李强", Role.READER, GOOD), lambda: Accounts(file)):
        with pytest.raises(SettingError, match="用户文件"):
            change()
    assert file.read_text() == text


def test_a_file_that_others_may_read_is_not_used(file: Path) -> None:
    file.chmod(0o640)
    with pytest.raises(SettingError, match="chmod 600"):
        read(file)


def test_a_hash_that_is_none_lets_nobody_in(file: Path) -> None:
    file.write_text(json.dumps({"users": {"王芳": {"role": "editor", "hash": "plain"}}}))
    assert Accounts(file).check("王芳", "plain") is None
