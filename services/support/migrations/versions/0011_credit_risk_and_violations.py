"""Credit-risk classes and violations, as bureaus deliver them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "credit_risk",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("risk_class", sa.String(length=1), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_credit_risk")),
    )
    op.create_table(
        "inspection_delivery",
        sa.Column("delivered_by", sa.String(length=200), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("bureau", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unreadable", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("coverage", sa.String(length=20), server_default="as-declared", nullable=False),
        sa.Column("unlisted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejects_file", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_delivery")),
    )
    op.create_index(
        "ix_inspection_delivery_newest", "inspection_delivery", ["feed", "region", "sequence"], unique=False
    )
    op.create_table(
        "unread_household",
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "uscc", name=op.f("pk_unread_household")),
    )
    op.create_table(
        "violation",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "found_on", "field", name=op.f("pk_violation")),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("violation")
    op.drop_table("unread_household")
    op.drop_table("inspection_delivery")
    op.drop_table("credit_risk")
