"""Deadlines keep how they were reckoned, and many that are due at once are found in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("fired_at IS NULL")


def upgrade() -> None:
    """To this revision."""
    op.add_column("deadline", sa.Column("reckoned_from", sa.Date(), nullable=True))
    op.add_column("deadline", sa.Column("reckoned_days", sa.Integer(), nullable=True))
    op.add_column("deadline", sa.Column("reckoned_unit", sa.Text(), nullable=True))
    op.add_column("deadline", sa.Column("reckoned_before", sa.Integer(), nullable=True))
    op.add_column("deadline", sa.Column("parameter", sa.Text(), nullable=True))
    op.add_column("deadline", sa.Column("provisional", sa.Boolean(), nullable=True))
    op.add_column("deadline", sa.Column("unverified", sa.Boolean(), nullable=True))
    op.drop_index("ix_deadline_due", table_name="deadline", postgresql_where=OPEN)
    op.create_index("ix_deadline_next", "deadline", ["try_at", "kind", "subject"], unique=False, postgresql_where=OPEN)


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_deadline_next", table_name="deadline", postgresql_where=OPEN)
    op.create_index("ix_deadline_due", "deadline", ["try_at"], unique=False, postgresql_where=OPEN)
    op.drop_column("deadline", "unverified")
    op.drop_column("deadline", "provisional")
    op.drop_column("deadline", "parameter")
    op.drop_column("deadline", "reckoned_before")
    op.drop_column("deadline", "reckoned_unit")
    op.drop_column("deadline", "reckoned_days")
    op.drop_column("deadline", "reckoned_from")
