"""Alembic's entry for the platform's own tables, in whichever service's database."""

from shared.migrations.tables import metadata
from shared.service.migrations import PLATFORM_VERSIONS, run_migrations

run_migrations(metadata, version_table=PLATFORM_VERSIONS)
