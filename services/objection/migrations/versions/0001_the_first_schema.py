"""The first schema: tables, revisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = "state not in ('closed', 'declined', 'withdrawn')"


def upgrade() -> None:
    """To this revision."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("objection_revision")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("objection_receipt")))
    op.create_table(
        "contestable_decision",
        sa.Column("against", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True, comment="of decisions that are served; none until then"),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_region", sa.String(length=6), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("against", "subject", name=op.f("pk_contestable_decision")),
    )
    op.create_index("ix_contestable_decision_household", "contestable_decision", ["uscc"], unique=False)
    op.create_table(
        "household",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=True),
        sa.Column("typed_year", sa.Integer(), nullable=True),
        sa.Column("typed_run", sa.Uuid(), nullable=True),
        sa.Column("typed_revision", sa.BigInteger(), nullable=False),
        sa.Column("changed_revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_household")),
    )
    op.create_index("ix_household_operator", "household", ["operator_ref"], unique=False)
    op.create_index("ix_household_region", "household", ["region", "uscc"], unique=False)
    op.create_table(
        "notice_item",
        sa.Column("notice", sa.Uuid(), nullable=False),
        sa.Column("application", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("notice", "application", name=op.f("pk_notice_item")),
    )
    op.create_index("ix_notice_item_application", "notice_item", ["application"], unique=False)
    op.create_index("ix_notice_item_uscc", "notice_item", ["uscc"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False, comment="number of the receipt"),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("recognition", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False, comment="what the reporter says"),
        sa.Column("reporter_ref", sa.String(length=60), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("consent", sa.LargeBinary(), nullable=True, comment="to filing at the counter"),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day for officers to end it"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was closed; told to the reporter"),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_county", "report", ["county", "id"], unique=False)
    op.create_index("ix_report_open", "report", ["uscc"], unique=False, postgresql_where=sa.text("state = 'handed-on'"))
    op.create_index(
        "ix_report_overdue",
        "report",
        ["county", "due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'handed-on'"),
    )
    op.create_index("ix_report_reporter", "report", ["reporter_ref", "id"], unique=False)
    op.create_index("ux_report_receipt", "report", ["receipt"], unique=True)
    op.create_table(
        "period_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False, comment="id of the policy"),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("parameter", sa.String(length=100), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="what sets the number"),
        sa.Column("ordered_on", sa.Date(), nullable=False, comment="for objections filed from this day on"),
        sa.Column("ordered_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_order")),
    )
    op.create_index("ix_period_order_policy", "period_order", ["policy", "region"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("opened_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_region", sa.String(length=6), nullable=True),
        sa.Column(
            "announced", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="what was last announced"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
    )
    op.create_table(
        "published_run",
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False, comment="id of the policy"),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_published_run")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False, comment="number of the receipt"),
        sa.Column("against", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("public_notice", sa.Uuid(), nullable=True),
        sa.Column("run", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True, comment="year of the typing that is objected to"),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("filed_by", sa.String(length=20), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column(
            "objector_key",
            sa.String(length=80),
            nullable=False,
            comment="the same for one objector: no name, no number",
        ),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False, comment="the instant that counts"),
        sa.Column("contested_on", sa.Date(), nullable=True, comment="published or served; none until heard of"),
        sa.Column(
            "contested_region",
            sa.String(length=6),
            nullable=True,
            comment="region of the bureau whose decision is objected to; none until heard of",
        ),
        sa.Column("household_heard", sa.Boolean(), nullable=False, comment="whether its register entry is known here"),
        sa.Column(
            "barred",
            sa.Text(),
            nullable=True,
            comment="why it cannot be accepted: found when what it is against was heard of; public",
        ),
        sa.Column("policy_hash", sa.String(length=64), nullable=True),
        sa.Column("grounds", postgresql.JSONB(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False, comment="what the objector says"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the next last day; the far future where there is none"),
        sa.Column("accept_by", sa.Date(), nullable=True),
        sa.Column("complete_by", sa.Date(), nullable=True),
        sa.Column("respond_by", sa.Date(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column(
            "missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what a return asked for"
        ),
        sa.Column("completion", sa.Text(), nullable=True, comment="what the objector added when it was returned"),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=True),
        sa.Column("handled_at", sa.String(length=6), nullable=False, comment="region of the bureau that has it"),
        sa.Column("climbs", sa.Integer(), nullable=False, comment="how often it climbed to the bureau above"),
        sa.Column(
            "warning",
            sa.Text(),
            nullable=True,
            comment="what the objector was told before a decision that may be worse",
        ),
        sa.Column("assigned_to", sa.String(length=200), nullable=True),
        sa.Column("proposed_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_region", sa.String(length=6), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decline_kind", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=True, comment="whether what is objected to became another"),
        sa.Column("reason", sa.Text(), nullable=True, comment="of a decline, an extension or the decision; public"),
        sa.Column("answer", sa.Text(), nullable=True, comment="to the objector, with citations and remedies"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('filed', 'returned', 'accepted', 'explained', 'proposed', 'upheld', 'dismissed', 'declined',"
            " 'withdrawn', 'closed')",
            name=op.f("ck_objection_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_objection_policy_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_county", "objection", ["county", "id"], unique=False)
    op.create_index("ix_objection_household", "objection", ["uscc", "id"], unique=False)
    op.create_index(
        "ix_objection_notice",
        "objection",
        ["public_notice"],
        unique=False,
        postgresql_where=sa.text("public_notice is not null"),
    )
    op.create_index(
        "ix_objection_open",
        "objection",
        ["county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_objection_operator", "objection", ["operator_ref", "id"], unique=False)
    op.create_index(
        "ix_objection_subject", "objection", ["subject"], unique=False, postgresql_where=sa.text("subject is not null")
    )
    op.create_index(
        "ix_objection_unheard",
        "objection",
        ["uscc"],
        unique=False,
        postgresql_where=sa.text(
            "(contested_on is null or not household_heard) and state not in ('closed', 'declined', 'withdrawn')"
        ),
    )
    op.create_index(
        "ux_objection_open",
        "objection",
        [
            "against",
            "uscc",
            "objector_key",
            sa.literal_column("coalesce(subject, '00000000-0000-0000-0000-000000000000'::uuid)"),
            sa.literal_column("coalesce(year, 0)"),
        ],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_objection_state", "objection", ["county", "state", "due_on", "id"], unique=False)
    op.create_index(
        "ix_objection_against",
        "objection",
        ["county", "against", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_objection_assigned",
        "objection",
        ["assigned_to", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_objection_handled",
        "objection",
        ["handled_at", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "ix_objection_climbed",
        "objection",
        ["county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state not in ('closed', 'declined', 'withdrawn') and climbs > 0"),
    )
    op.create_index("ix_objection_filed", "objection", ["county", "filed_at"], unique=False)
    op.create_index("ux_objection_receipt", "objection", ["receipt"], unique=True)
    op.create_table(
        "exchange_cursor",
        sa.Column("directory", sa.String(length=200), nullable=False, comment="its address"),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("directory", name=op.f("pk_exchange_cursor")),
    )
    op.create_table(
        "exchanged_objection",
        sa.Column("peer_receipt", sa.String(length=64), nullable=False, comment="its number at the directory"),
        sa.Column("objection_id", sa.Uuid(), nullable=True),
        sa.Column(
            "region",
            sa.String(length=6),
            nullable=False,
            comment="county; the directory's region where it is not known",
        ),
        sa.Column("intake", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was not taken; told to the directory"),
        sa.Column("answer_key", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_exchanged_objection_objection_id")),
        sa.PrimaryKeyConstraint("peer_receipt", name=op.f("pk_exchanged_objection")),
    )
    op.create_index(
        "ix_exchanged_objection_due",
        "exchanged_objection",
        ["try_at"],
        unique=False,
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_index("ix_exchanged_objection_objection", "exchanged_objection", ["objection_id"], unique=False)
    op.create_table(
        "handed_in_objection",
        sa.Column("hand_in", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False, comment="its number at the system"),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("intake", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it waits, or was not taken"),
        sa.Column("objection_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_handed_in_objection_objection_id")),
        sa.PrimaryKeyConstraint("hand_in", name=op.f("pk_handed_in_objection")),
    )
    op.create_index(
        "ix_handed_in_objection_waiting",
        "handed_in_objection",
        ["told_at"],
        unique=False,
        postgresql_where=sa.text("intake = 'waiting'"),
    )
    op.create_table(
        "objector",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objector_objection_id")),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objector")),
    )
    op.create_table(
        "objector_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False, comment="file, complete, respond, give-up, withdraw"),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objector_consent_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objector_consent")),
    )
    op.create_index("ix_objector_consent_objection", "objector_consent", ["objection_id"], unique=False)
    op.create_table(
        "objection_due_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("item", sa.Uuid(), nullable=True, comment="the verification, where several are asked"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="counted from the day after"),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False, comment="working days, or days of the calendar"),
        sa.Column("parameter", sa.String(length=100), nullable=False, comment="of the policy"),
        sa.Column("verified", sa.Boolean(), nullable=False, comment="whether a text at hand gives the number"),
        sa.Column("source", sa.Text(), nullable=False, comment="what sets the number, or where the text speaks of it"),
        sa.Column(
            "provisional", sa.Boolean(), nullable=False, comment="whether holidays that it depends on are not announced"
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("previously_due_on", sa.Date(), nullable=True, comment="before holidays were announced"),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("climbs", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True, comment="done, or no longer needed"),
        sa.Column("replaced", sa.Boolean(), nullable=False, comment="by another day for the same"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_due_day_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_due_day")),
    )
    op.create_index("ix_objection_due_day_objection", "objection_due_day", ["objection_id", "created_at"], unique=False)
    op.create_index(
        "ix_objection_due_day_running",
        "objection_due_day",
        ["county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("settled_at is null"),
    )
    op.create_index(
        "ux_objection_due_day_running",
        "objection_due_day",
        ["objection_id", "what", "item"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "objection_document",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False, comment="evidence, consent, hearing, answer"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_document_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_document")),
    )
    op.create_index(op.f("ix_objection_document_objection_id"), "objection_document", ["objection_id"], unique=False)
    op.create_table(
        "verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False, comment="of the bureau that is asked"),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="names of the facts in question"
        ),
        sa.Column(
            "readings",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="how the text is read where it speaks of them",
        ),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_by_region", sa.String(length=6), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the far future where the policy sets no period"),
        sa.Column("finding", sa.String(length=20), nullable=True),
        sa.Column("row", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True, comment="of the department; shown to the objector"),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_verification_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index("ix_verification_objection", "verification", ["objection_id"], unique=False)
    op.create_index(
        "ix_verification_open",
        "verification",
        ["department", "region", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_table(
        "hearing_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Uuid(), nullable=True),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_hearing_note_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_note")),
    )
    op.create_index("ix_hearing_note_objection", "hearing_note", ["objection_id", "held_on", "id"], unique=False)
    op.create_table(
        "correction_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False, comment="of the bureau that delivered the wrong row"),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True, comment="why typing refused it, or what else it said"),
        sa.Column("type", sa.String(length=20), nullable=True),
        sa.Column("previous_type", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True, comment="for typing alone; until it has answered"),
        sa.Column("worse_told", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=200), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True, comment="the delivery that met or contradicted it last"),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("lift_outcome", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_correction_item_objection_id")),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_correction_item_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_item")),
    )
    op.create_index(
        "ix_correction_item_bureau", "correction_item", ["department", "region", "opened_on", "id"], unique=False
    )
    op.create_index("ix_correction_item_county", "correction_item", ["county", "opened_on", "id"], unique=False)
    op.create_index("ix_correction_item_objection", "correction_item", ["objection_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="public"),
        sa.Column(
            "articles",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="further articles that the decision rests on",
        ),
        sa.Column("verifications", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("interpretation", sa.String(length=100), nullable=True),
        sa.Column("reading", sa.String(length=100), nullable=True),
        sa.Column("worse", sa.Boolean(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("decide_after", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_region", sa.String(length=6), nullable=False),
        sa.Column("sent_back_by", sa.String(length=200), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("applied", sa.String(length=20), nullable=True),
        sa.Column("applied_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_decision_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_objection", "decision", ["objection_id", "created_at"], unique=False)
    op.create_index(
        "ux_decision_standing",
        "decision",
        ["objection_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'sent-back'"),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ux_decision_standing", table_name="decision", postgresql_where=sa.text("state <> 'sent-back'"))
    op.drop_index("ix_decision_objection", table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_correction_item_objection", table_name="correction_item")
    op.drop_index("ix_correction_item_county", table_name="correction_item")
    op.drop_index("ix_correction_item_bureau", table_name="correction_item")
    op.drop_table("correction_item")
    op.drop_index("ix_hearing_note_objection", table_name="hearing_note")
    op.drop_table("hearing_note")
    op.drop_index("ix_verification_open", table_name="verification", postgresql_where=sa.text("answered_at is null"))
    op.drop_index("ix_verification_objection", table_name="verification")
    op.drop_table("verification")
    op.drop_index(op.f("ix_objection_document_objection_id"), table_name="objection_document")
    op.drop_table("objection_document")
    op.drop_index(
        "ux_objection_due_day_running",
        table_name="objection_due_day",
        postgresql_where=sa.text("settled_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(
        "ix_objection_due_day_running",
        table_name="objection_due_day",
        postgresql_where=sa.text("settled_at is null"),
    )
    op.drop_index("ix_objection_due_day_objection", table_name="objection_due_day")
    op.drop_table("objection_due_day")
    op.drop_index("ix_objector_consent_objection", table_name="objector_consent")
    op.drop_table("objector_consent")
    op.drop_table("objector")
    op.drop_table("handed_in_objection")
    op.drop_index("ix_exchanged_objection_objection", table_name="exchanged_objection")
    op.drop_index(
        "ix_exchanged_objection_due",
        table_name="exchanged_objection",
        postgresql_where=sa.text("answered_at is null"),
    )
    op.drop_table("exchanged_objection")
    op.drop_table("exchange_cursor")
    op.drop_index("ux_objection_receipt", table_name="objection")
    op.drop_index("ix_objection_filed", table_name="objection")
    op.drop_index(
        "ix_objection_climbed",
        table_name="objection",
        postgresql_where=sa.text("state not in ('closed', 'declined', 'withdrawn') and climbs > 0"),
    )
    op.drop_index(
        "ix_objection_handled",
        table_name="objection",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index(
        "ix_objection_assigned",
        table_name="objection",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index(
        "ix_objection_against",
        table_name="objection",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index("ix_objection_state", table_name="objection")
    op.drop_index(
        "ux_objection_open",
        table_name="objection",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index(
        "ix_objection_unheard",
        table_name="objection",
        postgresql_where=sa.text(
            "(contested_on is null or not household_heard) and state not in ('closed', 'declined', 'withdrawn')"
        ),
    )
    op.drop_index("ix_objection_subject", table_name="objection", postgresql_where=sa.text("subject is not null"))
    op.drop_index("ix_objection_operator", table_name="objection")
    op.drop_index(
        "ix_objection_open",
        table_name="objection",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index("ix_objection_notice", table_name="objection", postgresql_where=sa.text("public_notice is not null"))
    op.drop_index("ix_objection_household", table_name="objection")
    op.drop_index("ix_objection_county", table_name="objection")
    op.drop_table("objection")
    op.drop_table("published_run")
    op.drop_table("public_notice")
    op.drop_table("policy_version")
    op.drop_index("ix_period_order_policy", table_name="period_order")
    op.drop_table("period_order")
    op.drop_index("ux_report_receipt", table_name="report")
    op.drop_index("ix_report_reporter", table_name="report")
    op.drop_index("ix_report_open", table_name="report", postgresql_where=sa.text("state = 'handed-on'"))
    op.drop_index("ix_report_county", table_name="report")
    op.drop_table("report")
    op.drop_index("ix_notice_item_uscc", table_name="notice_item")
    op.drop_index("ix_notice_item_application", table_name="notice_item")
    op.drop_table("notice_item")
    op.drop_index("ix_household_region", table_name="household")
    op.drop_index("ix_household_operator", table_name="household")
    op.drop_table("household")
    op.drop_index("ix_contestable_decision_household", table_name="contestable_decision")
    op.drop_table("contestable_decision")
    op.execute(sa.schema.DropSequence(sa.Sequence("objection_receipt")))
    op.execute(sa.schema.DropSequence(sa.Sequence("objection_revision")))
