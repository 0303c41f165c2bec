"""Alembic's entry for the recognition database."""

from services.recognition.models import metadata
from shared.database.migrations import run_migrations

run_migrations(metadata)
