"""The command line's grammar, and its help and errors in Chinese."""

from __future__ import annotations

import argparse
import re
import shutil
from typing import Any, NoReturn

from ui.tables import wrap

PORTS = range(1, 65536)

# argparse's own messages (Python 3.11 to 3.14) and what a person reads instead.
MESSAGES = (
    (r"the following arguments are required: (.+)", r"缺少 \1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (\S+): expected (?:one|at least one) argument", r"\1 后面缺一个值"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 没有 \2 这一项，可用：\3"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 不能与 \2 同用"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 不带值，却写了 \2"),
    (r"argument (.+?): (.+)", r"\1：\2"),
)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help text that fits the terminal although a Chinese character is two columns wide."""

    def __init__(self, prog: str, **kwargs: Any) -> None:
        columns = min(shutil.get_terminal_size().columns, 110) - 2
        super().__init__(prog, **{"max_help_position": 28, "width": columns, **kwargs})

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width)


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that speaks Chinese and takes no abbreviated options."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, "add_help": False, "allow_abbrev": False, **kwargs})
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line and leave with status 2."""
        for pattern, chinese in MESSAGES:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                message = match.expand(chinese)
                break
        self.exit(2, f"用法不对：{message}。查看用法：{self.prog} --help\n")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        print(f"baogao {version('baogao')}")
        parser.exit()


def build() -> Parser:
    """The parser of `baogao`; `command` in the result names the command."""
    parser = Parser(
        prog="baogao",
        description="向政府工作报告提问，每句回答都注明出处。资料只留在本机。",
        epilog="每个命令的用法：baogao 命令 --help",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    _common(parser, top=True)
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True, title="命令", parser_class=Parser)

    serve = _command(commands, "serve", "在浏览器里提问")
    serve.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1（只有本机能访问）")
    serve.add_argument("--port", type=_port, default=7860, help="端口，默认 7860")
    serve.add_argument("--auth", metavar="FILE", help="要求登录，用户在这个文件里（见 baogao user）")
    serve.add_argument("--open", action="store_true", help="不用登录，别的机器也能访问；与 --auth 同用时不登录只能提问")
    serve.add_argument("--mcp", action="store_true", help="也让 MCP 程序提问和查看报告")
    serve.add_argument("--no-samples", action="store_true", help="资料库为空时也不放入示例报告")

    ingest = _command(commands, "ingest", "把报告放进资料库")
    ingest.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹")
    ingest.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    ingest.add_argument("--explain", action="store_true", help="只显示怎样清洗和拆分文件，不放入资料库")

    ask = _command(commands, "ask", "提问，回答附引用")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="问题，例如 交通局2024年有哪些打算？")
    ask.add_argument("--json", action="store_true", help="以 JSON 输出回答")
    ask.add_argument("--org", action="append", default=[], metavar="O", help="只看这个单位的报告，可重复")
    ask.add_argument("--year", action="append", default=[], type=_year, metavar="Y", help="只看这一年的报告，可重复")
    ask.add_argument("--history", action="append", default=[], metavar="Q", help="前面问过的问题，由早到晚，可重复")
    ask.add_argument("--batch", metavar="FILE", help="逐行回答 JSON Lines 文件（id、question、history），- 为标准输入")
    ask.add_argument("--explain", action="store_true", help="只显示怎样理解这个问题，不作答")

    reports = _command(commands, "reports", "列出资料库里的报告")
    reports.add_argument("--json", action="store_true", help="以 JSON 输出")

    show = _command(commands, "show", "显示一份报告的提纲")
    show.add_argument("report", metavar="REPORT", help="报告编号，写出能区分的前几位即可")
    show.add_argument("--section", type=_number, metavar="N", help="显示第 N 节的原文")
    show.add_argument("--json", action="store_true", help="以 JSON 输出")

    remove = _command(commands, "remove", "从资料库删除报告或文件")
    remove.add_argument(
        "targets", nargs="+", metavar="REPORT|FILE", help="报告编号，或文件名（连同其中的报告一起删除）"
    )

    evaluate = _command(commands, "eval", "用一份带答案的问题检验回答质量")
    evaluate.add_argument("gold", metavar="GOLD.jsonl", help="问题文件，每行一个 JSON 对象")
    evaluate.add_argument("--baseline", action="store_true", help="与常见的做法（定长切块、向量检索前四块）对照")
    evaluate.add_argument("--json", action="store_true", help="以 JSON 输出")

    feedback = _command(commands, "feedback", "看看用的人怎样评价回答")
    feedback.add_argument("--json", action="store_true", help="以 JSON 输出")

    doctor = _command(commands, "doctor", "检查安装、模型和资料库")
    doctor.add_argument("--repair", action="store_true", help="由记录重建检索数据，按现在的规则重读以前的文件")

    backup = _command(commands, "backup", "把资料库存成一个备份文件，正在使用时也可以")
    backup.add_argument("file", metavar="FILE", help="新文件，例如 报告库.zip")

    restore = _command(commands, "restore", "从备份文件恢复到空的资料库")
    restore.add_argument("file", metavar="FILE", help="baogao backup 存成的文件")

    user = _command(commands, "user", "管理能登录的用户：add 添加或更新，list 列出，remove 移出")
    user.add_argument("action", choices=("add", "list", "remove"), metavar="add|list|remove", help="做什么")
    user.add_argument("name", nargs="?", metavar="NAME", help="用户名；add 时密码由键盘或标准输入给出")
    user.add_argument("--role", choices=("reader", "editor"), help="add 时写：reader 提问，editor 也能添加、更正和移出")
    user.add_argument("--auth", required=True, metavar="FILE", help="用户文件，没有就新建")
    return parser


def _command(commands: Any, name: str, text: str) -> Parser:
    parser = commands.add_parser(name, help=text, description=text + "。")
    _common(parser)
    return parser


def _common(parser: Parser, *, top: bool = False) -> None:
    """Options that may stand before or after the command; the later one wins."""
    absent: Any = None if top else argparse.SUPPRESS
    parser.add_argument("--home", metavar="DIR", default=absent, help="资料库所在的文件夹，默认取 BAOGAO_HOME")
    parser.add_argument(
        "--debug", action="store_true", default=False if top else absent, help="出错时显示完整的错误信息"
    )


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} 不是整数")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in PORTS:
        raise argparse.ArgumentTypeError(f"{text!r} 不是端口号（1–65535）")
    return int(text)


def _year(text: str) -> int:
    if not re.fullmatch(r"(?:19|20)\d\d年?", text):
        raise argparse.ArgumentTypeError(f"{text!r} 不是四位数的年份")
    return int(text[:4])
