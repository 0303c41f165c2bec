"""Who is on an open public notice: a household leaves it whose application ends."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "publication_ended_application",
        sa.Column("application", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_publication_ended_application")),
    )
    op.create_table(
        "publication_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_notice")),
    )
    op.create_table(
        "publication_notice_item",
        sa.Column("notice", sa.Uuid(), nullable=False),
        sa.Column("application", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice"], ["publication_notice.id"], name=op.f("fk_publication_notice_item_notice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice", "application", name=op.f("pk_publication_notice_item")),
    )
    op.create_index("ix_publication_notice_item_application", "publication_notice_item", ["application"], unique=False)


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_publication_notice_item_application", table_name="publication_notice_item")
    op.drop_table("publication_notice_item")
    op.drop_table("publication_notice")
    op.drop_table("publication_ended_application")
