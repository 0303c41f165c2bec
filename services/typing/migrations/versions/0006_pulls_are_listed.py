"""Pulls are listed with what stopped them, and with the names in their rows that are none of the feed's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = ("sequence", "bureau", "unknown_names", "attempts", "trouble", "next_try_at")


def upgrade() -> None:
    """To this revision."""
    op.add_column("pull", sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.create_unique_constraint(op.f("uq_pull_sequence"), "pull", ["sequence"])
    op.add_column("pull", sa.Column("bureau", sa.String(length=100), server_default="", nullable=False))
    names = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("pull", sa.Column("unknown_names", names, server_default="[]", nullable=False))
    op.add_column("pull", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("pull", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("pull", sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_constraint(op.f("uq_pull_sequence"), "pull", type_="unique")
    for name in reversed(ADDED):
        op.drop_column("pull", name)
