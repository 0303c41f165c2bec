"""``python -m deploy.migrate typing``: bring a service's database to the newest schema, before the service starts.

Reads only the database's URL, ``MINGLU_<SERVICE>_DATABASE_URL``. Doing it twice, or twice at once, is harmless.
"""

import os
import sys

from shared.database.migrations import upgrade
from shared.platform.telemetry import configure_logs


def main(arguments: list[str]) -> int:
    """Migrate the named services; 2 for wrong usage."""
    if not arguments:
        sys.stderr.write("用法：python -m deploy.migrate 服务…，如 typing\n")
        return 2
    configure_logs(service="migrations")
    for service in arguments:
        url = os.environ.get(f"MINGLU_{service.upper()}_DATABASE_URL")
        if not url:
            sys.stderr.write(f"没有设置环境变量 MINGLU_{service.upper()}_DATABASE_URL\n")
            return 2
        upgrade(url, f"services.{service}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
