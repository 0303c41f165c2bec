"""Contact points and households of the white list."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("state in ('proposed', 'listed')")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "chosen_household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("chosen_as", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_household")),
    )
    op.create_index("ix_chosen_household_county", "chosen_household", ["county", "chosen_as", "id"], unique=False)
    op.create_index(
        "ux_chosen_household_open", "chosen_household", ["uscc", "chosen_as"], unique=True, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("chosen_household")
