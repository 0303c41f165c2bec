"""The first schema: tables, revisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("recognition_revision")))
    op.create_table(
        "credit_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_consent")),
    )
    op.create_index("ix_credit_consent_operator", "credit_consent", ["operator_ref"], unique=False)
    op.create_index(
        "ux_credit_consent_standing",
        "credit_consent",
        ["uscc", "institution"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_table(
        "dishonest_debtor",
        sa.Column("operator_ref", sa.String(length=60), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("operator_ref", "listed_on", "region", name=op.f("pk_dishonest_debtor")),
    )
    op.create_index("ix_dishonest_debtor_operator", "dishonest_debtor", ["operator_ref"], unique=False)
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
        "penalty",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_until", sa.Date(), nullable=True),
        sa.Column("repaired_on", sa.Date(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "decided_on", "kind", name=op.f("pk_penalty")),
    )
    op.create_table(
        "policy_version",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "published_count",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "year", name=op.f("pk_published_count")),
    )
    op.create_table(
        "register_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed", sa.String(length=30), nullable=False),
        sa.Column("bureau", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rejects_file", sa.String(length=64), nullable=False),
        sa.Column("delivered_by", sa.String(length=200), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_delivery")),
        sa.UniqueConstraint(
            "feed", "sha256", "region", "mode", name=op.f("uq_register_delivery_feed_sha256_region_mode")
        ),
    )
    op.create_table(
        "spot_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column(
            "seeds",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="county → the published seed of its season",
        ),
        sa.Column("handed_in_before", sa.DateTime(timezone=True), nullable=False, comment="what was drawn from"),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(length=200), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("region", "year", "percent", name=op.f("uq_spot_check_region_year_percent")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=500), nullable=False),
        sa.Column(
            "categories",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="category → points needed and criteria",
        ),
        sa.Column(
            "ties", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="rules for equal scores, in order"
        ),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "filed_document", sa.String(length=500), nullable=True, comment="number of the letter to the level above"
        ),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "published_by is null or published_by <> created_by", name=op.f("ck_criteria_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_criteria_policy_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("region", "year", name=op.f("uq_criteria_region_year")),
    )
    op.create_table(
        "quota",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_quota_policy_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint("scope", "year", name=op.f("uq_quota_scope_year")),
    )
    op.create_table(
        "season",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("criteria_id", sa.Uuid(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("applications_until", sa.Date(), nullable=False),
        sa.Column("decisions_until", sa.Date(), nullable=False),
        sa.Column("benefits_from", sa.Date(), nullable=False),
        sa.Column(
            "supplement_days", sa.Integer(), nullable=False, comment="working days to complete a returned application"
        ),
        sa.Column("consultation_days", sa.Integer(), nullable=False, comment="working days for departments to answer"),
        sa.Column("notice_days", sa.Integer(), nullable=False, comment="working days of a public notice"),
        sa.Column(
            "seed",
            sa.String(length=64),
            nullable=True,
            comment="its digest is published with the opening, itself later",
        ),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('preparing', 'open', 'closed')", name=op.f("ck_season_state_known")),
        sa.ForeignKeyConstraint(["criteria_id"], ["criteria.id"], name=op.f("fk_season_criteria_id")),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_season_policy_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("county", "year", name=op.f("uq_season_county_year")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("path", sa.String(length=20), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False, comment="the policy's step that it is at"),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("category_reason", sa.Text(), nullable=True),
        sa.Column(
            "claims",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="criteria claimed, kind of operator",
        ),
        sa.Column("recommended_by", sa.String(length=30), nullable=True, comment="department"),
        sa.Column(
            "recommended_from", sa.String(length=6), nullable=True, comment="region of the recommending department"
        ),
        sa.Column("consent", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "judged",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="rule → true, false, null; with date",
        ),
        sa.Column(
            "breach_recorded",
            sa.Boolean(),
            nullable=True,
            comment="the reviewer's finding where the policy bars breaches; null: not stated",
        ),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True, comment="last day to complete a returned application"),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column(
            "rank", sa.Integer(), nullable=True, comment="place in the selection; the reserve follows the places"
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was returned or refused"),
        sa.Column("unplaced", sa.Boolean(), nullable=False, comment="its season ended before it could be recognised"),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'in-progress', 'returned', 'reserve', 'withdrawn', 'refused', 'recognised')",
            name=op.f("ck_application_state_known"),
        ),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_application_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index("ix_application_county", "application", ["county", "id"], unique=False)
    op.create_index("ix_application_county_state", "application", ["county", "state", "id"], unique=False)
    op.create_index("ix_application_household", "application", ["uscc"], unique=False)
    op.create_index(
        "ix_application_pool",
        "application",
        ["county", "id"],
        unique=False,
        postgresql_where=sa.text("reviewed_by is not null and (state = 'reserve' or unplaced)"),
    )
    op.create_index(
        "ix_application_recommended",
        "application",
        ["county", "id"],
        unique=False,
        postgresql_where=sa.text("path = 'recommendation'"),
    )
    op.create_index("ix_application_season", "application", ["season_id", "state", "step", "id"], unique=False)
    op.create_index(
        "ux_application_running",
        "application",
        ["season_id", "uscc"],
        unique=True,
        postgresql_where=sa.text("state not in ('withdrawn', 'refused')"),
    )
    op.create_table(
        "county_quota",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("arithmetic", sa.Text(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_county_quota_places_not_negative")),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_county_quota_quota_id")),
        sa.PrimaryKeyConstraint("county", "year", name=op.f("pk_county_quota")),
    )
    op.create_index(op.f("ix_county_quota_quota_id"), "county_quota", ["quota_id"], unique=False)
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False, comment="the last day"),
        sa.Column(
            "provisional", sa.Boolean(), nullable=False, comment="a year on the way has no announced holidays yet"
        ),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_objections", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_public_notice_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
    )
    op.create_index("ix_public_notice_county", "public_notice", ["county", "opens_on"], unique=False)
    op.create_index(op.f("ix_public_notice_season_id"), "public_notice", ["season_id"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_consultation_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    op.create_index(op.f("ix_consultation_application_id"), "consultation", ["application_id"], unique=False)
    op.create_index(
        "ix_consultation_due", "consultation", ["due_on"], unique=False, postgresql_where=sa.text("answered_at is null")
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "evidence",
            sa.String(length=100),
            nullable=False,
            comment="what it is to prove: a criterion, consent, a visit",
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_document_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_application_id"), "document", ["application_id"], unique=False)
    op.create_table(
        "notice_item",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_notice_item_application_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notice.id"], name=op.f("fk_notice_item_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "application_id", name=op.f("pk_notice_item")),
    )
    op.create_index(op.f("ix_notice_item_application_id"), "notice_item", ["application_id"], unique=False)
    op.create_table(
        "recognition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=20), nullable=False),
        sa.Column("type_then", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("benefits_from", sa.Date(), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False, comment="verification code"),
        sa.Column("person_conflict", sa.Boolean(), nullable=False),
        sa.Column("transferred_from", sa.String(length=6), nullable=True),
        sa.Column(
            "reviewed_by", sa.String(length=200), nullable=True, comment="null: recommended, reviewed with the decision"
        ),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column(
            "concerns", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="what an officer must look at"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('valid', 'cancelled', 'expired', 'revoked')", name=op.f("ck_recognition_state_known")
        ),
        sa.CheckConstraint("decided_by <> reviewed_by", name=op.f("ck_recognition_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_recognition_application_id")),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_recognition_policy_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sa.UniqueConstraint("certificate", name=op.f("uq_recognition_certificate")),
    )
    op.create_index(
        "ix_recognition_concerns",
        "recognition",
        ["county", "id"],
        unique=False,
        postgresql_where=sa.text("concerns <> '[]'"),
    )
    op.create_index("ix_recognition_county", "recognition", ["county", "state", "id"], unique=False)
    op.create_index("ix_recognition_household", "recognition", ["uscc"], unique=False)
    op.create_index("ix_recognition_operator", "recognition", ["operator_ref"], unique=False)
    op.create_index(
        "ix_recognition_place",
        "recognition",
        [sa.literal_column("coalesce(transferred_from, county)")],
        unique=False,
        postgresql_where=sa.text("state = 'valid'"),
    )
    op.create_index("ux_recognition_application", "recognition", ["application_id"], unique=True)
    op.create_index(
        "ux_recognition_household", "recognition", ["uscc"], unique=True, postgresql_where=sa.text("state = 'valid'")
    )
    op.create_index(
        "ux_recognition_person",
        "recognition",
        ["county", "operator_ref"],
        unique=True,
        postgresql_where=sa.text("state = 'valid' and not person_conflict"),
    )
    op.create_table(
        "filing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("season_id", sa.Uuid(), nullable=False),
        sa.Column("filed_with", sa.String(length=6), nullable=False, comment="region of the superior"),
        sa.Column("document", sa.String(length=500), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False, comment="on the list"),
        sa.Column("filed_by", sa.String(length=200), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_filing_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index(op.f("ix_filing_season_id"), "filing", ["season_id"], unique=False)
    op.create_table(
        "spot_check_item",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('pending', 'supplement', 'overdue', 'passed', 'refused')",
            name=op.f("ck_spot_check_item_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_spot_check_item_application_id")),
        sa.ForeignKeyConstraint(["check_id"], ["spot_check.id"], name=op.f("fk_spot_check_item_check_id")),
        sa.PrimaryKeyConstraint("check_id", "application_id", name=op.f("pk_spot_check_item")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("claimed_by", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column(
            "record",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what was found: visit, scores, answers",
        ),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_task_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_application_id"), "task", ["application_id"], unique=False)
    op.create_index(
        "ix_task_worklist",
        "task",
        ["county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("outcome is null"),
    )
    op.create_index(
        "ix_task_worklist_mine",
        "task",
        ["claimed_by", "county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("outcome is null and claimed_by is not null"),
    )
    op.create_index(
        "ix_task_worklist_step",
        "task",
        ["county", "step", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("outcome is null"),
    )
    op.create_index(
        "ux_task_step", "task", ["application_id", "step"], unique=True, postgresql_where=sa.text("outcome is null")
    )
    op.create_table(
        "ban",
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognition.id"], name=op.f("fk_ban_recognition_id")),
        sa.PrimaryKeyConstraint("recognition_id", name=op.f("pk_ban")),
    )
    op.create_index("ix_ban_until", "ban", ["until", "recognition_id"], unique=False)
    op.create_index(op.f("ix_ban_uscc"), "ban", ["uscc"], unique=False)
    op.create_table(
        "confirmation",
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("failing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognition.id"], name=op.f("fk_confirmation_recognition_id")),
        sa.PrimaryKeyConstraint("recognition_id", "year", name=op.f("pk_confirmation")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the end that is evaluated"),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="fact → value and source; confidential",
        ),
        sa.Column("agrees", sa.Boolean(), nullable=True, comment="the recommending department's word"),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("agreed_by", sa.String(length=200), nullable=True),
        sa.Column("judged", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extends", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evaluated_by", sa.String(length=200), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognition.id"], name=op.f("fk_evaluation_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("recognition_id", "valid_until", name=op.f("uq_evaluation_recognition_id_valid_until")),
    )
    op.create_table(
        "information_report",
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="confidential"),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognition.id"], name=op.f("fk_information_report_recognition_id")
        ),
        sa.PrimaryKeyConstraint("recognition_id", "year", name=op.f("pk_information_report")),
    )
    op.create_table(
        "pool_removal",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed_by", sa.String(length=200), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_pool_removal_application_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_pool_removal")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("pool_removal")
    op.drop_table("information_report")
    op.drop_table("evaluation")
    op.drop_table("confirmation")
    op.drop_index(op.f("ix_ban_uscc"), table_name="ban")
    op.drop_index("ix_ban_until", table_name="ban")
    op.drop_table("ban")
    op.drop_index("ux_task_step", table_name="task", postgresql_where=sa.text("outcome is null"))
    op.drop_index("ix_task_worklist_step", table_name="task", postgresql_where=sa.text("outcome is null"))
    op.drop_index(
        "ix_task_worklist_mine",
        table_name="task",
        postgresql_where=sa.text("outcome is null and claimed_by is not null"),
    )
    op.drop_index("ix_task_worklist", table_name="task", postgresql_where=sa.text("outcome is null"))
    op.drop_index(op.f("ix_task_application_id"), table_name="task")
    op.drop_table("task")
    op.drop_table("spot_check_item")
    op.drop_index(op.f("ix_filing_season_id"), table_name="filing")
    op.drop_table("filing")
    op.drop_index(
        "ux_recognition_person",
        table_name="recognition",
        postgresql_where=sa.text("state = 'valid' and not person_conflict"),
    )
    op.drop_index("ux_recognition_household", table_name="recognition", postgresql_where=sa.text("state = 'valid'"))
    op.drop_index("ux_recognition_application", table_name="recognition")
    op.drop_index("ix_recognition_place", table_name="recognition", postgresql_where=sa.text("state = 'valid'"))
    op.drop_index("ix_recognition_operator", table_name="recognition")
    op.drop_index("ix_recognition_household", table_name="recognition")
    op.drop_index("ix_recognition_county", table_name="recognition")
    op.drop_index("ix_recognition_concerns", table_name="recognition", postgresql_where=sa.text("concerns <> '[]'"))
    op.drop_table("recognition")
    op.drop_index(op.f("ix_notice_item_application_id"), table_name="notice_item")
    op.drop_table("notice_item")
    op.drop_index(op.f("ix_document_application_id"), table_name="document")
    op.drop_table("document")
    op.drop_index("ix_consultation_due", table_name="consultation", postgresql_where=sa.text("answered_at is null"))
    op.drop_index(op.f("ix_consultation_application_id"), table_name="consultation")
    op.drop_table("consultation")
    op.drop_index(op.f("ix_public_notice_season_id"), table_name="public_notice")
    op.drop_index("ix_public_notice_county", table_name="public_notice")
    op.drop_table("public_notice")
    op.drop_index(op.f("ix_county_quota_quota_id"), table_name="county_quota")
    op.drop_table("county_quota")
    op.drop_index(
        "ux_application_running",
        table_name="application",
        postgresql_where=sa.text("state not in ('withdrawn', 'refused')"),
    )
    op.drop_index("ix_application_season", table_name="application")
    op.drop_index(
        "ix_application_recommended", table_name="application", postgresql_where=sa.text("path = 'recommendation'")
    )
    op.drop_index(
        "ix_application_pool",
        table_name="application",
        postgresql_where=sa.text("reviewed_by is not null and (state = 'reserve' or unplaced)"),
    )
    op.drop_index("ix_application_household", table_name="application")
    op.drop_index("ix_application_county_state", table_name="application")
    op.drop_index("ix_application_county", table_name="application")
    op.drop_table("application")
    op.drop_table("season")
    op.drop_table("quota")
    op.drop_table("criteria")
    op.drop_table("spot_check")
    op.drop_table("register_delivery")
    op.drop_table("published_count")
    op.drop_table("policy_version")
    op.drop_table("penalty")
    op.drop_index("ix_household_region", table_name="household")
    op.drop_index("ix_household_operator", table_name="household")
    op.drop_table("household")
    op.drop_index("ix_dishonest_debtor_operator", table_name="dishonest_debtor")
    op.drop_table("dishonest_debtor")
    op.drop_index(
        "ux_credit_consent_standing", table_name="credit_consent", postgresql_where=sa.text("withdrawn_at is null")
    )
    op.drop_index("ix_credit_consent_operator", table_name="credit_consent")
    op.drop_table("credit_consent")
    op.execute(sa.schema.DropSequence(sa.Sequence("recognition_revision")))
