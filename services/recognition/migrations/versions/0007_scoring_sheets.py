"""Regions have scoring sheets; a season keeps the one that it was opened with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "scoring_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("document", sa.String(length=500), nullable=False, comment="number of the document"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("copied_from", sa.Uuid(), nullable=True, comment="the sheet that it began as"),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("in_force_by", sa.String(length=200), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "in_force_by is null or in_force_by <> created_by", name=op.f("ck_scoring_sheet_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_scoring_sheet_policy_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_sheet")),
        sa.UniqueConstraint("region", "year", name=op.f("uq_scoring_sheet_region_year")),
    )
    op.add_column(
        "season",
        sa.Column(
            "sheet_id",
            sa.Uuid(),
            nullable=True,
            comment="by which its applications are scored; null: by the criteria's points",
        ),
    )
    op.create_foreign_key(op.f("fk_season_sheet_id"), "season", "scoring_sheet", ["sheet_id"], ["id"])


def downgrade() -> None:
    """Back from this revision."""
    op.drop_constraint(op.f("fk_season_sheet_id"), "season", type_="foreignkey")
    op.drop_column("season", "sheet_id")
    op.drop_table("scoring_sheet")
