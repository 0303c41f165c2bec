"""`minglu audit`: export a service's audit, and verify an export offline.

Exit codes: 0 in order; 1 something was found; 2 wrong usage, such as no such file; 3 the database cannot be read.
"""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

audit_app = typer.Typer(help="导出和离线核验审计记录", no_args_is_help=True)

PREFIX = Annotated[str, typer.Option("--region", help="只处理区划代码以此开头的链")]


@audit_app.command()
def verify(
    export: Annotated[Path, typer.Argument(help="导出的审计记录（JSON Lines）")],
    checkpoints: Annotated[Path | None, typer.Option(help="签名检查点文件")] = None,
    key: Annotated[
        str | None,
        typer.Option(help="检查点的公钥（十六进制）；检查点旁的 audit-checkpoints.pub 可供参考，应以另行保管的为准"),
    ] = None,
    region: PREFIX = "",
    exported_at: Annotated[
        datetime | None, typer.Option(help="导出的时间，默认为现在；核验以前导出的文件时要写明", show_default=False)
    ] = None,
    patience: Annotated[int, typer.Option(min=1, help="记录最迟几分钟后应有签名的检查点")] = 15,
) -> None:
    """核验导出的审计记录：修改、删除、插入、调换，到最后一个检查点为止的截断，以及早该签名而没有签名的记录。"""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from shared import clock
    from shared.platform.audit_chain import ChainFault, read_export, unsigned_faults, verify as verify_entries
    from shared.platform.audit_checkpoints import read_checkpoints

    if (checkpoints is None) != (key is None):
        _refuse("检查点文件和公钥（--checkpoints、--key）要一起给出。")
    try:
        signed: dict[str, dict[int, str]] = {}
        findings: list[ChainFault] = []
        if checkpoints is not None and key is not None:
            public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
            signed, findings = read_checkpoints(checkpoints.read_bytes().splitlines(), public_key)
        with export.open("rb") as lines:
            findings += verify_entries(read_export(lines), signed, region)
        if checkpoints is not None:
            now = exported_at.astimezone() if exported_at is not None else clock.now()
            with export.open("rb") as lines:
                findings += unsigned_faults(read_export(lines), signed, now, timedelta(minutes=patience))
    except FileNotFoundError as error:
        _refuse(f"找不到文件 {error.filename}。")
    except ValueError as error:
        _refuse(f"文件内容不对：{error}")
    for finding in findings:
        typer.echo(f"{finding.chain or '检查点'}\t{finding.seq}\t{finding.message}")
    if findings:
        raise typer.Exit(1)
    typer.echo("审计记录完整。" if signed else "审计记录前后衔接；没有检查点，末尾是否被截断无法判断。")


@audit_app.command(name="export")
def export_command(
    out: Annotated[Path, typer.Argument(help="写到哪个文件")],
    service: Annotated[
        str, typer.Option(help="哪个服务；连接取自环境变量 MINGLU_<服务>_AUDIT_DATABASE_URL（审计员的账号）")
    ] = "typing",
    region: PREFIX = "",
) -> None:
    """导出一个服务的审计记录。"""
    from asyncpg import PostgresError

    names = [f"MINGLU_{service.upper()}_{end}" for end in ("AUDIT_DATABASE_URL", "DATABASE_URL")]
    url = next((os.environ[name] for name in names if os.environ.get(name)), None)
    if url is None:
        _refuse(f"没有设置环境变量 {names[0]}（或开发用的 {names[1]}）。")
    try:
        count = asyncio.run(_export(url, out, region))
    except (OSError, PostgresError) as error:
        typer.echo(f"错误：无法导出：{getattr(error, 'strerror', None) or '数据库连接失败'}。", err=True)
        raise typer.Exit(3) from None
    typer.echo(f"已导出 {count} 条审计记录。")


async def _export(url: str, out: Path, region: str) -> int:
    from shared.database.connections import Database
    from shared.platform.audit import export

    database = Database(url, application="audit-export")
    unfinished = out.with_name(f"{out.name}.unfinished")
    count = 0
    try:
        with unfinished.open("wb") as file:
            async for entry in export(await database.pool(), region):
                file.write(entry.line())
                count += 1
        unfinished.replace(out)
    finally:
        await database.close()
    return count


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(2)
