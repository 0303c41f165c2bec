"""Brings the services' databases to their newest schema in a process of its own.

Alembic and the services' tables would otherwise stay in the memory of `minglu up` for as long as it runs.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from deploy.local.errors import CommandError
from deploy.local.supervisor import tied_to_parent


async def migrate(databases: dict[str, tuple[str, str]], log_file: Path) -> None:
    """Upgrade the database of each service, in this order: by its package (`services.typing`) the owner's URL and the
    name of the service's role.

    URLs hold passwords, so they are handed over on standard input.
    """
    with log_file.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *tied_to_parent((sys.executable, "-P", "-m", __name__)),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await process.communicate(json.dumps(databases).encode())
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise CommandError(f"数据库结构未能升级，原因见日志 {log_file}")


def main() -> None:
    """Upgrade what standard input names."""
    from shared.database.migrations import upgrade

    for package, (url, role) in json.load(sys.stdin).items():
        upgrade(url, package, service_role=role)


if __name__ == "__main__":
    main()
