"""Withdrawn badges are found by the day on which the recognition ended or its last day passes.

What expired and was revoked after, and whose revocation was undone, ended on the day after its last.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index(
        "ix_recognition_ended", "recognition", ["ended_on"], postgresql_where=sa.text("ended_on is not null")
    )
    op.create_index(
        "ix_recognition_last_day", "recognition", ["valid_until"], postgresql_where=sa.text("ended_on is null")
    )
    op.execute("UPDATE recognition SET ended_on = valid_until + 1 WHERE state = 'expired' AND ended_on = valid_until")


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_recognition_last_day", "recognition")
    op.drop_index("ix_recognition_ended", "recognition")
