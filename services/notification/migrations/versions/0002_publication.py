"""Publication to the national systems: records, rows, batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GROUPS = "SELECT system, kind, region, state"
ADDED, TAKEN = f"{GROUPS}, 1 AS change FROM added", f"{GROUPS}, -1 AS change FROM taken"
TALLIED = {"insert": ADDED, "update": f"{ADDED} UNION ALL {TAKEN}", "delete": TAKEN}
"""By how many the rows in a state grow, by what happens to them."""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "publication_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of sealing"),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "provinces",
            postgresql.ARRAY(sa.String(length=2)),
            server_default="{}",
            nullable=False,
            comment="whose records it has",
        ),
        sa.Column("ticket", sa.String(length=200), nullable=True, comment="the system's own number"),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.Integer(), server_default="0", nullable=False, comment="calls in a row that led nowhere"
        ),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=True, comment="code of the last call that led nowhere"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_batch")),
    )
    op.create_index("ix_publication_batch_number", "publication_batch", ["system", "number"], unique=False)
    op.create_index(
        "ix_publication_batch_open",
        "publication_batch",
        ["system", "number"],
        unique=False,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "publication_record",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the canonical content"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_publication_record")),
    )
    op.create_index(
        "ix_publication_record_county",
        "publication_record",
        ["kind", "region", "key"],
        unique=False,
        postgresql_where=sa.text("not removed"),
    )
    op.create_index(
        "ix_publication_record_household",
        "publication_record",
        ["uscc"],
        unique=False,
        postgresql_where=sa.text("uscc is not null"),
    )
    op.create_table(
        "publication_row",
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("wanted_version", sa.BigInteger(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outside", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column(
            "together",
            sa.Integer(),
            nullable=True,
            comment="of a batch that was refused as a whole: so many records at most in the next one",
        ),
        sa.Column(
            "sent_before",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="something was sent before what is in the batch",
        ),
        sa.Column("sent_version", sa.BigInteger(), nullable=True),
        sa.Column("sent_revision", sa.BigInteger(), nullable=True),
        sa.Column("sent_digest", sa.LargeBinary(), nullable=True, comment="null: nothing, or a removal"),
        sa.Column("sent_statement", sa.String(length=100), nullable=True, comment="what it says in short"),
        sa.Column("sent_region", sa.String(length=6), nullable=True),
        sa.Column("acknowledged_version", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_digest", sa.LargeBinary(), nullable=True, comment="null: nothing, or a removal"),
        sa.Column("acknowledged_region", sa.String(length=6), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=100), nullable=True),
        sa.Column("message", sa.Text(), nullable=True, comment="in the system's words"),
        sa.PrimaryKeyConstraint("system", "kind", "key", name=op.f("pk_publication_row")),
    )
    op.create_index(
        "ix_publication_row_batch",
        "publication_row",
        ["batch_id"],
        unique=False,
        postgresql_where=sa.text("batch_id is not null"),
    )
    op.create_index(
        "ix_publication_row_halved",
        "publication_row",
        ["system", "urgency", "together"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting' and together is not null"),
    )
    op.create_index(
        "ix_publication_row_overtaken",
        "publication_row",
        ["batch_id"],
        unique=False,
        postgresql_where=sa.text("batch_id is not null and wanted_version > sent_version"),
    )
    op.create_index("ix_publication_row_county", "publication_row", ["region", "system", "kind", "state"], unique=False)
    op.create_index(
        "ix_publication_row_rejected",
        "publication_row",
        ["system", "region", "kind", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'rejected'"),
    )
    op.create_index(
        "ix_publication_row_waiting",
        "publication_row",
        ["system", "urgency", "wanted_at", "kind", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "publication_scope",
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.String(length=6), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_publication_scope")),
    )
    op.create_table(
        "publication_turn",
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_publication_turn")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "publication_page",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["publication_batch.id"], name=op.f("fk_publication_page_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_publication_page")),
    )
    create_registers()
    create_hand_ins()
    create_reconciliation()
    create_base_check()
    create_oversight()
    create_files()


def create_registers() -> None:
    """The copies of households and recognitions."""
    op.create_table(
        "publication_household",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("changed_revision", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=True),
        sa.Column("typed_year", sa.Integer(), nullable=True),
        sa.Column("typed_run", sa.Uuid(), nullable=True),
        sa.Column("typed_revision", sa.BigInteger(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("defects", sa.ARRAY(sa.String()), nullable=True),
        sa.Column("unknown_feeds", sa.ARRAY(sa.String()), nullable=True),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_publication_household")),
    )
    op.create_index(
        "ix_publication_household_held_back",
        "publication_household",
        ["region", "uscc"],
        unique=False,
        postgresql_where=sa.text("type in ('gap', 'undetermined') and status = 'registered'"),
    )
    op.create_table(
        "publication_recognition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("certificate", sa.String(length=60), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_recognition")),
    )
    op.create_index("ix_publication_recognition_household", "publication_recognition", ["uscc"], unique=False)


def create_hand_ins() -> None:
    """What was handed in at the systems."""
    op.create_table(
        "publication_hand_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of arrival"),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False, comment="its number at the system"),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False, comment="empty where it could not be read"),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True, comment="there, as the system says"),
        sa.Column("happened_on", sa.Date(), nullable=True, comment="day of a closing or of an annual report"),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column(
            "repeated_otherwise",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often it came again with another content, which was not taken",
        ),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="why it waits, was matched or refused; told to the system"
        ),
        sa.Column("result", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "failures", sa.Integer(), server_default="0", nullable=False, comment="calls in a row that told nobody"
        ),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_hand_in")),
    )
    op.create_index("ux_publication_hand_in_reference", "publication_hand_in", ["system", "reference"], unique=True)
    op.create_index("ix_publication_hand_in_number", "publication_hand_in", ["number"], unique=False)
    op.create_index("ix_publication_hand_in_region", "publication_hand_in", ["region", "number"], unique=False)
    op.create_index(
        "ix_publication_hand_in_not_handed_on",
        "publication_hand_in",
        ["number"],
        unique=False,
        postgresql_where=sa.text("state in ('received', 'waiting')"),
    )
    op.create_index(
        "ix_publication_hand_in_untold",
        "publication_hand_in",
        ["system", "try_at"],
        unique=False,
        postgresql_where=sa.text("told_at is null and state in ('taken', 'matched', 'refused', 'concluded')"),
    )
    op.create_index(
        "ix_publication_hand_in_unanswered",
        "publication_hand_in",
        ["system", "handed_on_at"],
        unique=False,
        postgresql_where=sa.text("state = 'handed-on'"),
    )
    op.create_index(
        "ix_publication_hand_in_result",
        "publication_hand_in",
        ["result"],
        unique=False,
        postgresql_where=sa.text("result is not null"),
    )
    op.create_index(
        "ux_publication_hand_in_closing",
        "publication_hand_in",
        ["region", "year"],
        unique=True,
        postgresql_where=sa.text("kind = 'annual-reports-closed' and state in ('received', 'taken')"),
    )
    op.create_index(
        "ux_publication_hand_in_report",
        "publication_hand_in",
        ["uscc", "year"],
        unique=True,
        postgresql_where=sa.text("kind = 'annual-report-filed' and state in ('received', 'taken')"),
    )
    op.create_table(
        "publication_hand_in_cursor",
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("system", name=op.f("pk_publication_hand_in_cursor")),
    )


def create_reconciliation() -> None:
    """Rounds, their counties, and differences."""
    op.create_table(
        "publication_difference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("difference", sa.String(length=20), nullable=False),
        sa.Column("our_version", sa.BigInteger(), nullable=True),
        sa.Column("our_digest", sa.LargeBinary(), nullable=True),
        sa.Column("their_version", sa.BigInteger(), nullable=True),
        sa.Column("their_digest", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_round", sa.BigInteger(), nullable=False, comment="number of the round that found it first"),
        sa.Column("last_round", sa.BigInteger(), nullable=False, comment="number of the last round that found it"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "acted_by", sa.String(length=200), nullable=True, comment="who decided or had it repaired; null: by itself"
        ),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True, comment="when its row began to wait"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_difference")),
    )
    op.create_index(
        "ix_publication_difference_rounds",
        "publication_difference",
        ["system", "last_round", "region", "id"],
        unique=False,
    )
    op.create_index(
        "ix_publication_difference_to_be_sent",
        "publication_difference",
        ["system", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'repairing' and sent_at is null"),
    )
    op.create_index(
        "uq_publication_difference_there",
        "publication_difference",
        ["system", "kind", "region", "key"],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "publication_held_record",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "kind", "region", "key", name=op.f("pk_publication_held_record")),
    )
    op.create_table(
        "publication_reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of rounds"),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "planned",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="kinds whose counties are listed",
        ),
        sa.Column("region", sa.String(length=6), nullable=False, comment="whose counties; empty: all of the system's"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ordered_by", sa.String(length=200), nullable=True, comment="null: the daily round"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=100), nullable=True, comment="why the system could not be read at last"),
        sa.Column("report", sa.Text(), nullable=True, comment="canonical JSON; kept when it is signed"),
        sa.Column("report_digest", sa.String(length=64), nullable=True),
        sa.Column("signed_by", sa.String(length=200), nullable=True),
        sa.Column("signed_name", sa.String(length=100), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_reconciliation")),
    )
    op.create_index("ix_publication_reconciliation_number", "publication_reconciliation", ["number"], unique=True)
    op.create_index(
        "uq_publication_reconciliation_daily",
        "publication_reconciliation",
        ["system", "day"],
        unique=True,
        postgresql_where=sa.text("ordered_by is null"),
    )
    op.create_index(
        "uq_publication_reconciliation_open",
        "publication_reconciliation",
        ["system"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "publication_reconciliation_county",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=False),
        sa.Column("our_digest", sa.String(length=64), nullable=True),
        sa.Column("their_digest", sa.String(length=64), nullable=True, comment="null: it gives none"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True, comment="when reading its rows began"),
        sa.Column("after", sa.Text(), nullable=True, comment="where the next page of the system's rows begins"),
        sa.Column("missing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("extra", sa.Integer(), server_default="0", nullable=False),
        sa.Column("older", sa.Integer(), server_default="0", nullable=False),
        sa.Column("different", sa.Integer(), server_default="0", nullable=False),
        sa.Column("left_out", sa.Integer(), server_default="0", nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["publication_reconciliation.id"], name=op.f("fk_publication_reconciliation_county_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "kind", "region", name=op.f("pk_publication_reconciliation_county")),
    )
    op.execute(
        """
        CREATE FUNCTION publication_report_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a signed report does not change'; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER publication_report_is_final BEFORE UPDATE OR DELETE ON publication_reconciliation
        FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION publication_report_is_final()
        """
    )


def create_oversight() -> None:
    """Counters of rows, kept by triggers; published runs with a cut-off."""
    op.create_index(
        "ix_publication_row_listed", "publication_row", ["system", "kind", "state", "region", "key"], unique=False
    )
    op.create_table(
        "publication_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("system", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_tally")),
    )
    for event, changes in TALLIED.items():
        op.execute(
            f"""
            CREATE FUNCTION publication_tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO publication_tally (system, kind, region, state, rows)
                SELECT system, kind, region, state, sum(change) FROM ({changes}) AS c
                GROUP BY system, kind, region, state HAVING sum(change) <> 0;
                RETURN NULL;
            END $$
            """
        )
        tables = {"insert": "NEW TABLE AS added", "delete": "OLD TABLE AS taken"}
        named = tables.get(event, "OLD TABLE AS taken NEW TABLE AS added")
        op.execute(
            f"""
            CREATE TRIGGER publication_tally_{event} AFTER {event.upper()} ON publication_row
            REFERENCING {named} FOR EACH STATEMENT EXECUTE FUNCTION publication_tally_{event}()
            """
        )
    op.create_table(
        "publication_run",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False, comment="with a label that is published"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column(
            "missing_standard",
            sa.String(length=100),
            nullable=True,
            comment="policy of the latest run whose standard this release lacks, so that it is not published",
        ),
        sa.Column(
            "missing_words", sa.String(length=64), nullable=True, comment="digest of its words, where typing says it"
        ),
        sa.PrimaryKeyConstraint("region", "year", name=op.f("pk_publication_run")),
    )


def create_files() -> None:
    """Batches that were handed over as files, and what their receipts say."""
    batch = "publication_batch.id"
    op.create_table(
        "publication_handover",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("handed_by", sa.String(length=200), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], [batch], name=op.f("fk_publication_handover_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_publication_handover")),
    )
    op.create_table(
        "publication_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the file"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], [batch], name=op.f("fk_publication_receipt_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_receipt")),
        sa.UniqueConstraint("batch_id", "digest", name=op.f("uq_publication_receipt_batch_id_digest")),
    )
    op.create_table(
        "publication_receipt_row",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], [batch], name=op.f("fk_publication_receipt_row_batch_id")),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["publication_receipt.id"], name=op.f("fk_publication_receipt_row_receipt_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "kind", "key", name=op.f("pk_publication_receipt_row")),
    )


def drop_oversight() -> None:
    """Back from `create_oversight` and `create_files`."""
    for table in ("receipt_row", "receipt", "handover"):
        op.drop_table(f"publication_{table}")
    op.drop_table("publication_run")
    for event in TALLIED:
        op.execute(f"DROP TRIGGER publication_tally_{event} ON publication_row")
        op.execute(f"DROP FUNCTION publication_tally_{event}()")
    op.drop_table("publication_tally")
    op.drop_index("ix_publication_row_listed", table_name="publication_row")


def create_base_check() -> None:
    """Checks against the national base of legal persons."""
    op.create_table(
        "publication_base_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of checks"),
        sa.Column(
            "region", sa.String(length=6), nullable=False, comment="whose households; empty: all that the base shows us"
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ordered_by", sa.String(length=200), nullable=True, comment="null: by the calendar"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=100), nullable=True, comment="why the base could not be read at last"),
        sa.Column("after", sa.String(length=18), nullable=False),
        sa.Column(
            "ours", sa.Integer(), server_default="0", nullable=False, comment="registered households read so far"
        ),
        sa.Column("theirs", sa.Integer(), server_default="0", nullable=False, comment="entities read so far"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_base_check")),
    )
    op.create_index("ix_publication_base_check_number", "publication_base_check", ["number"], unique=True)
    op.create_index(
        "uq_publication_base_check_day",
        "publication_base_check",
        ["day"],
        unique=True,
        postgresql_where=sa.text("ordered_by is null"),
    )
    op.create_index(
        "uq_publication_base_check_open",
        "publication_base_check",
        ["region"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "publication_base_difference",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("difference", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("ours", sa.String(length=500), nullable=True),
        sa.Column("theirs", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["publication_base_check.id"], name=op.f("fk_publication_base_difference_check_id")
        ),
        sa.PrimaryKeyConstraint("check_id", "uscc", "difference", name=op.f("pk_publication_base_difference")),
    )
    op.create_index(
        "ix_publication_base_difference_county",
        "publication_base_difference",
        ["check_id", "region", "uscc", "difference"],
        unique=False,
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_publication_base_difference_county", table_name="publication_base_difference")
    op.drop_table("publication_base_difference")
    op.drop_index(
        "uq_publication_base_check_open",
        table_name="publication_base_check",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(
        "uq_publication_base_check_day",
        table_name="publication_base_check",
        postgresql_where=sa.text("ordered_by is null"),
    )
    op.drop_index("ix_publication_base_check_number", table_name="publication_base_check")
    op.drop_table("publication_base_check")
    drop_oversight()
    op.drop_table("publication_hand_in_cursor")
    op.drop_table("publication_hand_in")
    op.drop_table("publication_reconciliation_county")
    op.drop_index(
        "uq_publication_reconciliation_open",
        table_name="publication_reconciliation",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(
        "uq_publication_reconciliation_daily",
        table_name="publication_reconciliation",
        postgresql_where=sa.text("ordered_by is null"),
    )
    op.drop_index("ix_publication_reconciliation_number", table_name="publication_reconciliation")
    op.drop_table("publication_reconciliation")
    op.execute("DROP FUNCTION publication_report_is_final")
    op.drop_table("publication_held_record")
    op.drop_index(
        "uq_publication_difference_there",
        table_name="publication_difference",
        postgresql_where=sa.text("closed_at is null"),
    )
    op.drop_index(
        "ix_publication_difference_to_be_sent",
        table_name="publication_difference",
        postgresql_where=sa.text("state = 'repairing' and sent_at is null"),
    )
    op.drop_index("ix_publication_difference_rounds", table_name="publication_difference")
    op.drop_table("publication_difference")
    op.drop_index("ix_publication_recognition_household", table_name="publication_recognition")
    op.drop_table("publication_recognition")
    op.drop_index(
        "ix_publication_household_held_back",
        table_name="publication_household",
        postgresql_where=sa.text("type in ('gap', 'undetermined') and status = 'registered'"),
    )
    op.drop_table("publication_household")
    op.drop_table("publication_page")
    op.drop_table("publication_turn")
    op.drop_table("publication_scope")
    op.drop_index(
        "ix_publication_row_waiting", table_name="publication_row", postgresql_where=sa.text("state = 'waiting'")
    )
    op.drop_index(
        "ix_publication_row_rejected", table_name="publication_row", postgresql_where=sa.text("state = 'rejected'")
    )
    op.drop_index("ix_publication_row_county", table_name="publication_row")
    op.drop_index(
        "ix_publication_row_halved",
        table_name="publication_row",
        postgresql_where=sa.text("state = 'waiting' and together is not null"),
    )
    op.drop_index(
        "ix_publication_row_batch", table_name="publication_row", postgresql_where=sa.text("batch_id is not null")
    )
    op.drop_table("publication_row")
    op.drop_index(
        "ix_publication_record_household", table_name="publication_record", postgresql_where=sa.text("uscc is not null")
    )
    op.drop_index(
        "ix_publication_record_county", table_name="publication_record", postgresql_where=sa.text("not removed")
    )
    op.drop_table("publication_record")
    op.drop_index(
        "ix_publication_batch_open", table_name="publication_batch", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_index("ix_publication_batch_number", table_name="publication_batch")
    op.drop_table("publication_batch")
