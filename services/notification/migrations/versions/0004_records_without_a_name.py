"""Records that came without the household's name, which are held back until it is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "publication_unnamed",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("first_urgency", sa.SmallInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_publication_unnamed")),
    )
    op.create_index("ix_publication_unnamed_county", "publication_unnamed", ["region", "kind", "key"], unique=False)
    op.create_index("ix_publication_unnamed_household", "publication_unnamed", ["uscc"], unique=False)


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_publication_unnamed_household", table_name="publication_unnamed")
    op.drop_index("ix_publication_unnamed_county", table_name="publication_unnamed")
    op.drop_table("publication_unnamed")
