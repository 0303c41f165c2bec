"""Objections count: held applications, reopened steps, late admissions, and the proceeding before a recognition ends.

Proposals that waited become proceedings that were not served yet; notices with open objections hold all on them, as
before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CARRIED_OVER = (
    """
    INSERT INTO end_proceeding (id, recognition_id, what, state, facts, reason, citations, proposed_by, proposed_on,
                                statements, version)
    SELECT gen_random_uuid(), r.id, replace(c->>'kind', '-proposed', ''), 'proposed', c->>'sentence', c->>'sentence',
           '[]', coalesce(c->>'by', 'unknown'), CAST(c->>'since' AS date), '[]', 1
    FROM recognition r, jsonb_array_elements(r.concerns) c
    WHERE c->>'kind' IN ('cancellation-proposed', 'revocation-proposed')
    """,
    """
    UPDATE notice_item i SET held = true, objected = true FROM public_notice n
    WHERE n.id = i.notice_id AND n.state <> 'open' AND n.open_objections > 0
    """,
    """
    UPDATE recognition r SET decided_by_region = a.recommended_from FROM application a
    WHERE a.id = r.application_id AND r.path = 'recommendation'
    """,
)
"""What rows of before mean now."""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "applied_objection",
        sa.Column("objection", sa.Uuid(), nullable=False),
        sa.Column("against", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("objection", name=op.f("pk_applied_objection")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("against", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True, comment="the application or recognition objected to"),
        sa.Column("stage", sa.String(length=40), nullable=False, comment="the name of the last event"),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_household", "objection", ["uscc"], unique=False)
    op.create_index("ix_objection_subject", "objection", ["subject"], unique=False)
    op.create_table(
        "late_admission",
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("objection", sa.Uuid(), nullable=False),
        sa.Column("apply_by", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_late_admission_season_id")),
        sa.PrimaryKeyConstraint("season_id", "uscc", name=op.f("pk_late_admission")),
    )
    op.create_table(
        "end_proceeding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("citations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_from", sa.String(length=6), nullable=True, comment="region of the bureau that proposed it"),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("notice", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("statements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decision", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True, comment="as in the decision, for the constraint"),
        sa.Column("served", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="the decision"),
        sa.Column("drop_reason", sa.Text(), nullable=True, comment="why it was rejected"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by is null or decided_by <> proposed_by", name=op.f("ck_end_proceeding_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognition.id"], name=op.f("fk_end_proceeding_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_proceeding")),
    )
    op.create_index("ix_end_proceeding_recognition", "end_proceeding", ["recognition_id"], unique=False)
    op.create_index(
        "ux_end_proceeding_open",
        "end_proceeding",
        ["recognition_id", "what"],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'served')"),
    )
    op.add_column(
        "application",
        sa.Column(
            "late",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="an objection held it, opened it again or let it apply late: also decided after the season's end",
        ),
    )
    op.add_column(
        "application",
        sa.Column(
            "turned_down_by",
            sa.String(length=200),
            nullable=True,
            comment="who refused it, or left it on the reserve, last",
        ),
    )
    op.add_column(
        "application",
        sa.Column(
            "reopened",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the step that an objection opened",
        ),
    )
    op.add_column("ban", sa.Column("lifted_on", sa.Date(), nullable=True, comment="the revocation was undone"))
    op.add_column(
        "confirmation", sa.Column("reopened_by", sa.Uuid(), nullable=True, comment="the objection that opened it again")
    )
    op.add_column(
        "confirmation",
        sa.Column(
            "barred",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="who withheld it before",
        ),
    )
    op.add_column(
        "evaluation", sa.Column("reopened_by", sa.Uuid(), nullable=True, comment="the objection that opened it again")
    )
    op.add_column(
        "evaluation",
        sa.Column(
            "barred",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="who judged or decided it before",
        ),
    )
    op.add_column(
        "notice_item",
        sa.Column(
            "held", sa.Boolean(), server_default=sa.text("false"), nullable=False, comment="by an open objection"
        ),
    )
    op.add_column(
        "notice_item",
        sa.Column(
            "objected",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="an objection to it was open after the last day",
        ),
    )
    op.add_column("notice_item", sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "public_notice",
        sa.Column(
            "word",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="what the objection service said before the notice was closed here",
        ),
    )
    op.add_column(
        "recognition",
        sa.Column(
            "decided_by_region",
            sa.String(length=6),
            nullable=True,
            comment="the bureau that recognised it; null: granted before this was kept",
        ),
    )
    op.add_column(
        "recognition",
        sa.Column(
            "expiry_held",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="valid past its last day until an evaluation that an objection opened again is decided",
        ),
    )
    for statement in CARRIED_OVER:
        op.execute(statement)


def downgrade() -> None:
    """Back from it."""
    op.drop_column("recognition", "expiry_held")
    op.drop_column("recognition", "decided_by_region")
    op.drop_column("public_notice", "word")
    op.drop_column("notice_item", "superseded")
    op.drop_column("notice_item", "objected")
    op.drop_column("notice_item", "held")
    op.drop_column("evaluation", "barred")
    op.drop_column("evaluation", "reopened_by")
    op.drop_column("confirmation", "barred")
    op.drop_column("confirmation", "reopened_by")
    op.drop_column("ban", "lifted_on")
    op.drop_column("application", "reopened")
    op.drop_column("application", "turned_down_by")
    op.drop_column("application", "late")
    op.drop_index(
        "ux_end_proceeding_open",
        table_name="end_proceeding",
        postgresql_where=sa.text("state in ('proposed', 'served')"),
    )
    op.drop_index("ix_end_proceeding_recognition", table_name="end_proceeding")
    op.drop_table("end_proceeding")
    op.drop_table("late_admission")
    op.drop_index("ix_objection_subject", table_name="objection")
    op.drop_index("ix_objection_household", table_name="objection")
    op.drop_table("objection")
    op.drop_table("applied_objection")
