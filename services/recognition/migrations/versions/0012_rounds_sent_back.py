"""Rounds that were sent back, results after an objection."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "application_score",
        sa.Column(
            "lifted",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="scored again after an objection put aside what excluded it; only the points still exclude",
        ),
    )
    op.add_column(
        "scoring_round",
        sa.Column(
            "sent_back",
            postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="closings that were opened again before the meeting's decision",
        ),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_column("scoring_round", "sent_back")
    op.drop_column("application_score", "lifted")
