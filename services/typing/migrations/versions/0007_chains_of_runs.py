"""A run knows the events that led to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "run",
        sa.Column(
            "chain",
            postgresql.JSONB(),
            nullable=True,
            comment="the last event about it: what comes next is said to follow from it",
        ),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column("run", "chain")
