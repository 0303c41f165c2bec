"""`minglu vault`: which keys a service's sealed personal data is under, and sealing it again under the newest.

Exit codes: 0 all is under the newest key; 1 something is not; 2 wrong usage, such as a missing variable; 3 the database
cannot be reached.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from shared.database.connections import Database
    from shared.platform.sealed_documents import SealedStore
    from shared.platform.sealed_fields.rotation import RotationCount
    from shared.platform.sealed_fields.vault import Vault

vault_app = typer.Typer(help="个人信息的密钥：查看、轮换", no_args_is_help=True)

FROM_ENVIRONMENT = "哪个服务；取自环境变量 MINGLU_<服务>_DATABASE_URL、_VAULT_KEYS 和 _DATA_DIR（材料文件）"
SERVICE = Annotated[str, typer.Option(help=FROM_ENVIRONMENT)]
T = TypeVar("T")


@vault_app.command()
def status(service: SERVICE) -> None:
    """各密钥下有多少项个人信息。"""
    from shared.platform.sealed_fields.rotation import count_by_key

    vault, documents = _vault(service), _documents(service)

    async def count(database: "Database", metadata: "MetaData") -> dict[str, int]:
        async with database.transaction() as session:
            return await count_by_key(session, metadata)

    counts = _with_database(service, count)
    for key_id, number in sorted(counts.items()):
        newest = "\t最新" if key_id == vault.newest else ""
        typer.echo(f"{key_id or '（无法辨认）'}\t{number}{newest}")
    if not counts:
        typer.echo("没有密封的个人信息。")
    files = documents.keys_in_use() if documents is not None else {}
    for key_id, number in sorted(files.items()):
        newest = "\t最新" if key_id == vault.newest else ""
        typer.echo(f"材料文件 {key_id or '（未加密）'}\t{number}{newest}")
    if {*counts, *files} - {vault.newest}:
        raise typer.Exit(1)


@vault_app.command()
def rotate(service: SERVICE) -> None:
    """用最新的密钥重新密封全部个人信息；中断后再运行即可继续。"""
    from shared.platform.sealed_fields.rotation import rotate as rotate_all

    vault, documents = _vault(service), _documents(service)

    def tell(count: "RotationCount") -> None:
        typer.echo(f"{count.column}：已重新密封 {count.resealed} 项", err=True)

    async def run(database: "Database", metadata: "MetaData") -> "list[RotationCount]":
        return list(await rotate_all(database, metadata, vault, tell))

    counts = _with_database(service, run)
    for one in counts:
        left = f"无法解封 {one.unreadable} 项，期间被改动 {one.changed_meanwhile} 项"
        typer.echo(f"{one.column}\t重新密封 {one.resealed} 项，{left}")
    sealed, unreadable = documents.reseal() if documents is not None else (0, 0)
    if documents is not None:
        typer.echo(f"材料文件\t重新密封 {sealed} 份，无法解封 {unreadable} 份")
    if unreadable or any(one.unreadable or one.changed_meanwhile for one in counts):
        raise typer.Exit(1)


def _documents(service: str) -> "SealedStore | None":
    """The documents of a service that keeps any. A service that does must name its data directory: a key would be taken
    for unused whose files nobody has looked at. After `_vault` has checked the keys.
    """
    from shared.platform.sealed_documents import SealedStore
    from shared.platform.sealed_fields.keys import parse_keys

    if not any(name.endswith("document") for name in _metadata(service).tables):
        return None
    data = _environment(f"MINGLU_{service.upper()}_DATA_DIR")
    if not (Path(data) / "documents").is_dir():
        _refuse(f"{data} 里没有 documents 目录：请写服务自己的数据目录。")
    return SealedStore(Path(data), "documents", parse_keys(_environment(f"MINGLU_{service.upper()}_VAULT_KEYS")))


def _vault(service: str) -> "Vault":
    from pydantic import SecretStr

    from shared.platform.sealed_fields.vault import Vault

    variable = f"MINGLU_{service.upper()}_VAULT_KEYS"
    try:
        return Vault.of(SecretStr(_environment(variable)))
    except ValueError:
        _refuse(f"环境变量 {variable} 的内容不对：应为“编号:64 位十六进制”，多个用逗号分隔，最新的在前。")


def _with_database(service: str, use: "Callable[[Database, MetaData], Awaitable[T]]") -> T:
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    from shared.database.connections import Database

    url, metadata = _environment(f"MINGLU_{service.upper()}_DATABASE_URL"), _metadata(service)

    async def run() -> T:
        database = Database(url, application="vault")
        try:
            return await use(database, metadata)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (OSError, PostgresError, SQLAlchemyError) as error:
        typer.echo(f"错误：{getattr(error, 'strerror', None) or '数据库连接失败'}。", err=True)
        raise typer.Exit(3) from None


def _metadata(service: str) -> "MetaData":
    try:
        metadata: MetaData = import_module(f"services.{service}.models").metadata
    except ModuleNotFoundError:
        _refuse(f"没有服务 {service}。")
    return metadata


def _environment(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        _refuse(f"没有设置环境变量 {variable}。")
    return value


def _refuse(message: str) -> NoReturn:
    typer.echo(f"错误：{message}", err=True)
    raise typer.Exit(2)
