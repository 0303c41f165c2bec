"""The audit is read by auditors, the newest entries first."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "chain", "seq"])


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_audit_entry_at", "audit_entry")
