"""Alembic's entry for every schema history: the platform's tables and each service's own."""

from shared.database.migrations import run_migrations

run_migrations()
