"""Occasions of visits that are none any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    comment = "it is none any more, as the data show"
    op.add_column("call_occasion", sa.Column("settled_on", sa.Date(), nullable=True, comment=comment))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("call_occasion", "settled_on")
