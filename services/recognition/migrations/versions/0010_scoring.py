"""Applications are scored in rounds: assessors, scores, findings, results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "assessor",
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("relations", postgresql.JSONB(), nullable=False, comment="households that they do not score"),
        sa.Column("appointed_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_assessor_season_id")),
        sa.PrimaryKeyConstraint("season_id", "subject", name=op.f("pk_assessor")),
    )
    op.create_table(
        "scoring_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_reason", sa.Text(), nullable=True, comment="why it was closed without all assessors"),
        sa.Column(
            "decisions", postgresql.JSONB(), nullable=False, comment="the meeting's; later ones put equals in order"
        ),
        sa.Column(
            "decided_by", sa.String(length=200), nullable=True, comment="who recorded the meeting's last decision"
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by is null or decided_by <> closed_by", name=op.f("ck_scoring_round_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_scoring_round_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_round")),
        sa.UniqueConstraint("season_id", "number", name=op.f("uq_scoring_round_season_id_number")),
    )
    op.create_index(
        "ux_scoring_round_open",
        "scoring_round",
        ["season_id"],
        unique=True,
        postgresql_where=sa.text("decided_by is null"),
    )
    op.create_table(
        "application_score",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "total", sa.Numeric(precision=9, scale=4), nullable=True, comment="null: excluded, not all points known"
        ),
        sa.Column("excluded", postgresql.JSONB(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "parts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="section, indicator → points as a fraction",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_score_application_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["scoring_round.id"], name=op.f("fk_application_score_round_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_score")),
    )
    op.create_index(op.f("ix_application_score_round_id"), "application_score", ["round_id"], unique=False)
    op.create_table(
        "assessor_score",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("assessor", sa.String(length=200), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("points", postgresql.JSONB(), nullable=True, comment="indicator → points; null: not scored yet"),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal", sa.Text(), nullable=True, comment="why it does not count"),
        sa.Column("recused_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_assessor_score_application_id")),
        sa.ForeignKeyConstraint(["round_id"], ["scoring_round.id"], name=op.f("fk_assessor_score_round_id")),
        sa.PrimaryKeyConstraint("application_id", "assessor", name=op.f("pk_assessor_score")),
    )
    op.create_index("ix_assessor_score_mine", "assessor_score", ["round_id", "assessor"], unique=False)
    op.create_table(
        "indicator_finding",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, comment="counted from 1; 0: none"),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("found_by", sa.String(length=200), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_indicator_finding_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "indicator", name=op.f("pk_indicator_finding")),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table("indicator_finding")
    op.drop_index("ix_assessor_score_mine", table_name="assessor_score")
    op.drop_table("assessor_score")
    op.drop_index(op.f("ix_application_score_round_id"), table_name="application_score")
    op.drop_table("application_score")
    op.drop_index("ux_scoring_round_open", table_name="scoring_round", postgresql_where=sa.text("decided_by is null"))
    op.drop_table("scoring_round")
    op.drop_table("assessor")
