"""A finding that takes another's place leaves its finder known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "indicator_finding",
        sa.Column(
            "found_before",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="who found it before the last finding",
        ),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_column("indicator_finding", "found_before")
