"""``minglu``: finds the command by its first word and imports only what that command needs.

Exit codes (contract): 0 done, 1 done but something was found, 2 wrong usage, 3 could not be done. Whatever
goes wrong, the user reads one Chinese sentence on stderr and never a traceback.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.local.errors import CommandError, report_failure
from shared.text_output import spell_what_cannot_be_shown

INTERRUPTED = 130
"""What shells expect of a program that was stopped with Ctrl-C."""


@dataclass(frozen=True)
class Command:
    """Where a command lives (a Typer app, or a function that becomes one) and what it does in a few words."""

    module: str
    attribute: str
    does: str


COMMANDS: dict[str, Command] = {
    "up": Command("deploy.local.up", "up", "在本机启动整个平台，首次启动时生成并导入示例数据"),
    "turn": Command("deploy.local.turn", "turn", "把本机演示的日历拨到以后的某一天"),
    "token": Command("deploy.local.token_issuer", "token", "打印一个开发用令牌"),
    "type": Command("services.typing.cli", "type_command", "对一个文件夹的部门数据离线判定分型"),
    "feeds": Command("shared.feeds.cli", "feeds_app", "检查部门数据，或生成示例数据"),
    "policy": Command("services.typing.cli", "policy_app", "查看、测试、检查、比较政策，解释一户的判定"),
    "dead-letters": Command("shared.messaging.cli", "dead_letters_app", "查看、重放未能处理的事件"),
    "audit": Command("shared.platform.cli", "audit_app", "离线核验审计记录"),
    "vault": Command("shared.platform.sealed_fields.cli", "vault_app", "个人信息的密钥：查看、轮换"),
    "persons": Command("shared.platform.persons_cli", "persons_app", "经营者：比较证件号码规则，轮换假名密钥"),
    "retention": Command("shared.platform.retention_cli", "retention_app", "数据保存期限：查看期限表，冻结、解除冻结"),
    "calendar": Command("shared.platform.calendar_cli", "calendar_app", "国务院公布的放假安排：核对、记入、查看"),
    "bench": Command("benchmarks.cli", "bench", "性能基准，以倍数表示"),
}


def main() -> None:
    """The console script."""
    spell_what_cannot_be_shown()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; gives the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0 if arguments else 2
    if arguments[0] == "--version":
        sys.stdout.write(f"minglu {version()}\n")
        return 0
    name = arguments[0]
    if name not in COMMANDS:
        kind = "选项" if name.startswith("-") else "命令"
        sys.stderr.write(f"错误：没有{kind} {name}（用法见 minglu --help）\n")
        return 2
    try:
        return invoke(name, arguments[1:])
    except CommandError as refusal:
        sys.stderr.write(f"错误：{refusal}\n")
        return refusal.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("已中断\n")
        return INTERRUPTED
    except Exception as error:  # the last line of defence: any other error is a fault of the program
        return report_failure(error, f"minglu {name}")


def invoke(name: str, arguments: Sequence[str]) -> int:
    """Import the command and run it; typer's usage errors become one Chinese sentence and 2."""
    import typer
    from typer.exceptions import TyperException

    command = COMMANDS[name]
    target = getattr(importlib.import_module(command.module), command.attribute)
    app = target
    if not isinstance(target, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command()(target)
    if "--help" in arguments or not arguments:
        from deploy.local.usage_messages import translate_help

        translate_help()
    try:
        code = app(list(arguments), prog_name=f"minglu {name}", standalone_mode=False)
    except TyperException as error:
        from deploy.local.usage_messages import usage_sentence

        sys.stderr.write(f"错误：{usage_sentence(error)}\n")
        return 2
    except typer.Abort as end:
        raise KeyboardInterrupt from end
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def overview() -> str:
    """What ``minglu --help`` prints; imports no command."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{command.does}" for name, command in COMMANDS.items()]
    usage = "用法：minglu 命令 [选项]（各命令的用法：minglu 命令 --help）"
    return "\n".join(["名录：个体工商户分型分类精准帮扶", "", usage, "", *lines, ""])


def version() -> str:
    """The installed version of the package."""
    from importlib.metadata import version as installed

    return installed("minglu")
