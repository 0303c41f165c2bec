"""`minglu persons`: what the rule for id numbers makes of a folder's operators, and another key for their pseudonyms.

Exit codes: 0 nothing changes, or it is done; 1 something changes, or persons are left without a successor; 2 wrong
usage; 3 could not be done.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

FOLDER = Annotated[Path, typer.Argument(metavar="文件夹", help="登记信息（registration）文件所在的文件夹")]
KEYS = "MINGLU_PSEUDONYM_KEY"

persons_app = typer.Typer(help="经营者：比较证件号码规则，轮换假名密钥", no_args_is_help=True)


@persons_app.command()
def compare(folder: FOLDER) -> None:
    """现行的证件号码规则会把哪些经营者合为一人、使哪些户的经营者成为未知；报送以前先看。"""
    from shared.feeds.cli import errors_as_sentences
    from shared.platform.persons import compare_rules, write_changes

    with errors_as_sentences():
        change = compare_rules(folder)
        typer.echo(f"经营者：原规则 {change.before:,} 人，现行规则 {change.now:,} 人")
        joined, parted = change.groups("joined"), change.groups("unknown")
        typer.echo(f"合为一人（如15位和18位号码）：{joined:,} 人，涉及 {change.households('joined'):,} 户")
        typer.echo(f"不是证件号码，经营者成为未知：{parted:,} 种写法，涉及 {change.households('unknown'):,} 户")
        if change.rows:
            out = folder / "persons.csv"
            write_changes(change, out)
            typer.echo(f"逐户清单见 {out}（不含证件号码）")
            raise typer.Exit(1)


@persons_app.command()
def successors(
    folder: FOLDER,
    out: Annotated[Path, typer.Argument(metavar="文件", help="写到哪个文件（CSV：旧假名、新假名）")],
) -> None:
    """由登记信息算出每个经营者在新密钥下的假名。密钥取自环境变量 MINGLU_PSEUDONYM_KEY，新的在前：v2:…,v1:…。"""
    from shared.feeds.cli import errors_as_sentences
    from shared.platform.persons import write_successors
    from shared.reference.personal_data import read_pseudonym_keys

    try:
        new, old, *_ = read_pseudonym_keys(_environment(KEYS))
    except ValueError:
        _refuse(f"环境变量 {KEYS} 里应有两个密钥，新的在前：v2:十六进制,v1:十六进制。")
    with errors_as_sentences():
        number = write_successors(folder, old, new, out)
    typer.echo(f"{number:,} 名经营者，从 v{old.version} 换为 v{new.version}，写入 {out}")


@persons_app.command()
def rekey(
    file: Annotated[Path, typer.Argument(metavar="文件", help="minglu persons successors 写出的文件")],
    service: Annotated[str, typer.Option(help="哪个服务；连接取自环境变量 MINGLU_<服务>_DATABASE_URL")],
    apply: Annotated[bool, typer.Option("--apply", help="真正更换；不写只计数")] = False,
) -> None:
    """把一个服务的数据库里的旧假名换为新假名。先停止各服务，再更换。"""
    import asyncpg

    from shared.database.connections import Database
    from shared.platform.rekeying import Rekeyed, read_successors, rekey as rekey_all

    try:
        known = read_successors(file)
    except (OSError, ValueError):
        _refuse(f"文件 {file} 读不出来，或者不是 minglu persons successors 写出的。")
    url = _environment(f"MINGLU_{service.upper()}_DATABASE_URL")

    async def run() -> list[Rekeyed]:
        database = Database(url, application="rekey")
        connection = await asyncpg.connect(**database.connect_options())
        try:
            return list(await rekey_all(connection, known, apply=apply))
        finally:
            await connection.close()
            await database.close()

    try:
        found = asyncio.run(run())
    except (OSError, asyncpg.PostgresError) as error:
        typer.echo(f"错误：{getattr(error, 'strerror', None) or '数据库操作失败，没有更换'}。", err=True)
        raise typer.Exit(3) from None
    for one in found:
        typer.echo(f"{one.column}\t{'已更换' if apply else '可更换'} {one.known:,} 行，没有新假名的 {one.unknown:,} 行")
    if any(one.unknown for one in found):
        raise typer.Exit(1)


def _environment(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        _refuse(f"没有设置环境变量 {variable}。")
    return value


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(2)
