"""Alembic's entry for the platform's own tables, in whichever service's database."""

from shared.database.migrations import PLATFORM_VERSIONS, run_migrations
from shared.migrations.tables import metadata

run_migrations(metadata, version_table=PLATFORM_VERSIONS)
