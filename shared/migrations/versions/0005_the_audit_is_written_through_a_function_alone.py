"""The audit is written through its function alone: with the rights of the role that owns the tables."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND = "audit_append(text, timestamptz, text[], text[], text[], text[], text[], text[])"


def upgrade() -> None:
    """To this revision."""
    op.execute(f"ALTER FUNCTION {APPEND} SECURITY DEFINER SET search_path = public, pg_temp")


def downgrade() -> None:
    """Back from it."""
    op.execute(f"ALTER FUNCTION {APPEND} SECURITY INVOKER RESET search_path")
