"""Refused deliveries are listed with their reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "refused_delivery",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("bureau", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="as declared"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="as declared"),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("offered_by", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_refused_delivery")),
    )
    same = ["feed", "region", "sha256", "reason", "offered_by"]
    op.create_index("uq_refused_delivery_same", "refused_delivery", same, unique=True)
    op.create_index("ix_refused_delivery_last", "refused_delivery", ["last_refused_at"])


def downgrade() -> None:
    """Back from it."""
    op.drop_table("refused_delivery")
