"""``python -m deploy.audit_signer``: signs checkpoints of every service's audit, in a process of its own.

The keys are given to this process alone, and it connects as the auditor, who reads the audits and nothing else: neither
a service that was taken over nor whoever administers the databases can sign what was changed. It reads from its
environment, per service, ``MINGLU_<SERVICE>_AUDIT_DATABASE_URL`` and ``MINGLU_<SERVICE>_AUDIT_KEY`` (a hex seed of 32
bytes), and ``MINGLU_AUDIT_DIR``: the folder of the checkpoints, in production a disk of its own. Exit code 2: one is
missing or wrong.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.given import given
from deploy.local.errors import CommandError, WrongUsageError
from deploy.services import SERVICES, Services, check_services
from shared.database.connections import Database
from shared.platform.audit_checkpoints import Checkpointer
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import configure_logs

URL, KEY = "audit_database_url", "audit_key"
"""Ends of a service's variables."""
FOLDER = "MINGLU_AUDIT_DIR"


def checkpointers(environment: Mapping[str, str], services: Services = SERVICES) -> list[Checkpointer]:
    """One per service; WrongUsageError names what is missing or wrong."""
    folder = Path(_given(environment, FOLDER))
    return [_checkpointer(environment, service, folder / service.service_name()) for service in services]


def _checkpointer(environment: Mapping[str, str], service: type[ServiceSettings], folder: Path) -> Checkpointer:
    url, key = (_given(environment, service.variable(end)) for end in (URL, KEY))
    try:
        database = Database(url, pool_size=1, application="audit-signer")
    except ValueError as error:
        raise WrongUsageError(f"环境变量 {service.variable(URL)} 不是可用的数据库地址：{error}") from None
    try:
        return Checkpointer(database, key, folder)
    except ValueError:
        raise WrongUsageError(f"环境变量 {service.variable(KEY)} 应为 64 位十六进制数字（32 字节）") from None


def _given(environment: Mapping[str, str], variable: str) -> str:
    if value := given(variable, environment):
        return value
    raise WrongUsageError(f"没有设置环境变量 {variable}")


async def sign(signers: list[Checkpointer]) -> None:
    """Until the process is stopped; one that is cut off within a line goes on after the last whole one."""
    async with asyncio.TaskGroup() as tasks:
        for signer in signers:
            tasks.create_task(signer.run())


def main() -> int:
    """Sign until stopped."""
    configure_logs(service="audit-signer")
    try:
        check_services(SERVICES)
        signers = checkpointers(os.environ)
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    asyncio.run(sign(signers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
