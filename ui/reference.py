"""The README's command line reference, made from the parsers: `python -m ui.reference README.md` rewrites it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ui.parser import build

BEGIN, END = "<!-- reference: begin (make reference) -->", "<!-- reference: end -->"


def render() -> str:
    """Markdown: for each command its usage line and a table of what it takes."""
    parser = build()
    commands = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    shared = [action for action in parser._actions if action is not commands]
    names = {option for action in shared for option in action.option_strings}
    blocks = [f"#### `baogao`\n\n{_table(shared)}"]
    for name, command in commands.choices.items():
        own = [action for action in command._actions if not names & set(action.option_strings)]
        usage = " ".join(["baogao", name, *map(_usage, own)])
        blocks.append(f"#### `{usage}`\n\n{command.description}\n\n{_table(own)}".rstrip())
    return "\n\n".join(blocks)


def replaced(readme: str) -> str:
    """The README with its reference made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


def _table(actions: list[argparse.Action]) -> str:
    rows = [f"| `{_name(action)}` | {action.help} |" for action in actions if "-h" not in action.option_strings]
    return "\n".join(["| | |", "|---|---|", *rows])


def _name(action: argparse.Action) -> str:
    value = _value(action)
    names = ", ".join(action.option_strings)
    return f"{names} {value}".strip().replace("|", "\\|")


def _usage(action: argparse.Action) -> str:
    text = f"{action.option_strings[-1] if action.option_strings else ''} {_value(action)}".strip()
    if action.option_strings or action.nargs == "?":
        text = f"[{text}]"
    repeated = action.nargs == "+" or isinstance(action, argparse._AppendAction)
    return text + "..." if repeated else text


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return str(action.metavar or action.dest.upper())


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(replaced(readme.read_text(encoding="utf-8")), encoding="utf-8")
