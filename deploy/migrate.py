"""``python -m deploy.migrate typing``: bring a service's database to the newest schema, before the service starts.

Reads only ``MINGLU_<SERVICE>_MIGRATION_DATABASE_URL``: the database for the role to whom everything in it belongs. The
service's own role, ``minglu_<service>``, gets its rights to the rows. Without that variable one role does both
(``MINGLU_<SERVICE>_DATABASE_URL``): for development only. Doing it twice, or twice at once, is harmless.
"""

import sys

from deploy.given import given
from deploy.local.errors import CommandError, WrongUsageError
from deploy.services import MIGRATION_URL, SERVICES, check_services, role_of
from shared.database.addresses import database_address
from shared.database.migrations import upgrade
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import configure_logs


def main(arguments: list[str]) -> int:
    """Migrate the named services; 2 for wrong usage."""
    configure_logs(service="migrations")
    try:
        check_services(SERVICES)
        for service in wanted(arguments):
            url, role = database_of(service)
            upgrade(url, service.package(), service_role=role)
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


def database_of(service: type[ServiceSettings]) -> tuple[str, str | None]:
    """The URL of a service's database, from the environment, and the role of the service if it is another's."""
    owned, alone = service.variable(MIGRATION_URL), service.variable("database_url")
    url = given(owned)
    variable = owned if url else alone
    url = url or given(alone)
    if not url:
        raise WrongUsageError(f"没有设置环境变量 {owned}（或开发用的 {alone}）")
    try:
        database_address(url)
    except ValueError as error:
        raise WrongUsageError(f"环境变量 {variable} 不是可用的数据库地址：{error}") from None
    return url, role_of(service.service_name()) if variable == owned else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
