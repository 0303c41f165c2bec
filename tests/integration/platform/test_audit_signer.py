"""The process that signs the audits: it alone has the keys, and reads as the auditor."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest

from deploy.audit_signer import FOLDER, KEY, URL, checkpointers
from deploy.local.errors import WrongUsageError
from deploy.services import SERVICES
from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit_checkpoints import FILE
from shared.platform.settings import ServiceSettings
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.waiting import until

SEED = "44" * 32


def environment(urls: dict[str, str], folder: Path) -> dict[str, str]:
    """What the signer of these services' databases is told."""
    services = [one for one in SERVICES if one.service_name() in urls]
    told = {one.variable(URL): urls[one.service_name()] for one in services}
    return told | {one.variable(KEY): SEED for one in services} | {FOLDER: str(folder)}


@pytest.fixture
def urls(make_database: MakeDatabase) -> dict[str, str]:
    """A database of each service."""
    return {one.service_name(): make_database(one.package()) for one in SERVICES}


async def test_each_service_has_checkpoints_of_its_own(urls: dict[str, str], tmp_path: Path) -> None:
    for name, url in urls.items():
        database = Database(url)
        async with database.transaction() as session:
            await audit.record(session, audit.about(name, "410102"), "li", "run:create")
        await database.close()
    signer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.audit_signer", env=environment(urls, tmp_path), stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await until(lambda: all((tmp_path / name / FILE).exists() for name in urls))
    finally:
        signer.kill()
        await signer.wait()


def test_no_service_has_a_setting_for_a_key_or_a_folder_of_the_audit() -> None:
    assert not {name for name in ServiceSettings.model_fields if name.startswith("audit")}


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (SERVICES[0].variable(KEY), "", "没有设置环境变量 MINGLU_TYPING_AUDIT_KEY"),
        (SERVICES[0].variable(KEY), "zz", "应为 64 位十六进制数字"),
        (SERVICES[0].variable(URL), "postgresql://x:y@elsewhere.test/z?sslmode=disable", "不是可用的数据库地址"),
        (FOLDER, "", f"没有设置环境变量 {FOLDER}"),
    ],
)
def test_what_is_missing_or_wrong_is_told_before_anything_is_signed(
    tmp_path: Path, variable: str, value: str, said: str
) -> None:
    told = environment({one.service_name(): "postgresql://x:y@127.0.0.1/z" for one in SERVICES}, tmp_path)
    with pytest.raises(WrongUsageError, match=said):
        checkpointers(told | {variable: value})
