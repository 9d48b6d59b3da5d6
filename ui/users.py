"""`baogao user`: who may log in."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from pathlib import Path

from rag.errors import SettingError
from rag.settings import Settings
from ui import accounts
from ui.accounts import ROLES
from ui.commands import wrong_usage


def user(args: Namespace, settings: Settings) -> int:
    """Add, list or remove users of the file `--auth`."""
    if (args.name is None) != (args.action == "list") or (args.role is None) == (args.action == "add"):
        return wrong_usage("写成 user add NAME --role reader|editor、user list 或 user remove NAME，都带 --auth FILE")
    file = Path(args.auth).expanduser()
    if args.action == "add":
        known = accounts.add(file, args.name, ROLES[args.role], _password(args.name))
        print(f"{'已更新' if known else '已添加'}用户 {args.name}（{args.role}）：{file}")
    elif args.action == "remove":
        accounts.remove(file, args.name)
        print(f"已移出用户 {args.name}：{file}")
    else:
        for found in sorted(accounts.read(file).values(), key=lambda user: user.name):
            print(f"{found.name}\t{found.role.word}")
    return 0


def _password(name: str) -> str:
    """From the keyboard, unseen and twice; else the first line of the standard input. Never from the arguments."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"{name} 的密码：")
    if getpass.getpass("再输入一次：") != password:
        raise SettingError("两次输入的密码不一样", "再运行一次")
    return password
