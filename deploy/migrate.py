"""``python -m deploy.migrate typing``: bring a service's database to the newest schema, before the service starts.

Reads only the database's URL, ``MINGLU_<SERVICE>_DATABASE_URL``. Doing it twice, or twice at once, is harmless.
"""

import os
import sys

from deploy.local.errors import CommandError, WrongUsageError
from deploy.services import SERVICES, check_services
from shared.database.migrations import upgrade
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import configure_logs


def main(arguments: list[str]) -> int:
    """Migrate the named services; 2 for wrong usage."""
    configure_logs(service="migrations")
    try:
        check_services(SERVICES)
        for service in wanted(arguments):
            upgrade(database_url(service), service.package())
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def wanted(names: list[str]) -> list[type[ServiceSettings]]:
    """The named services, in the order in which they are named."""
    known = {service.service_name(): service for service in SERVICES}
    if not names or set(names) - set(known):
        raise WrongUsageError(f"用法：python -m deploy.migrate 服务…，可用的服务：{'、'.join(known)}")
    return [known[name] for name in names]


def database_url(service: type[ServiceSettings]) -> str:
    """The URL of a service's database, from the environment."""
    variable = service.variable("database_url")
    if url := os.environ.get(variable):
        return url
    raise WrongUsageError(f"没有设置环境变量 {variable}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
