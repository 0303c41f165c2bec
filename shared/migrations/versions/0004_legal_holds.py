"""Legal holds: what is under one is not erased after its term."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=True, comment="null: all kinds"),
        sa.Column("uscc", sa.String(length=18), nullable=True, comment="null: all households"),
        sa.Column("document", sa.Text(), nullable=False, comment="the order or the case that demands it"),
        sa.Column("placed_by", sa.String(length=200), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("legal_hold")
