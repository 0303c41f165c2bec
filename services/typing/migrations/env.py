"""Alembic's entry for the typing database."""

from services.typing.models import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
