"""``python scripts/new_migration.py services.typing "why"``: drafts a migration from the models.

Starts a PostgreSQL of its own, brings it to the newest schema and writes what is missing. Read the draft: renames,
data and triggers are for its author.
"""

import sys
import tempfile
from pathlib import Path

from deploy.local.postgres import EmbeddedPostgres
from shared.database.migrations import revise, upgrade


def main(package: str, why: str) -> None:
    """Write ``<package>/migrations/versions/…``."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", unsafe_fast=True)
        server.start()
        try:
            url = server.create_database("draft", owner="draft")
            upgrade(url, package)
            revise(url, package, why)
        finally:
            server.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:3])
