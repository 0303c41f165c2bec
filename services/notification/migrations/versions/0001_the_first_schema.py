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
    op.execute(sa.schema.CreateSequence(sa.Sequence("notification_revision")))
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
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of what is told at once"
        ),
        sa.Column("cause", sa.String(length=100), nullable=False, comment="id of the event"),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("category", sa.String(length=40), server_default="", nullable=False, comment="the rule's"),
        sa.Column(
            "repeat",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how many times an officer had it sent again",
        ),
        sa.Column("repeat_of", sa.Uuid(), nullable=True, comment="the first one"),
        sa.Column("template", sa.String(length=100), nullable=False, comment="name and version"),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=True, comment="where to go on, inside the portal"),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False, comment="when the event was written"),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by", sa.String(length=200), nullable=True, comment="subject; who of a bureau read it first"),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=10), nullable=True, comment="daily or weekly"),
        sa.Column("digested_on", sa.Date(), nullable=True, comment="day of the digest that listed it"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("matter", sa.String(length=100), nullable=True),
        sa.Column(
            "known_as",
            sa.String(length=100),
            nullable=True,
            comment="how a bureau knows whom no household stands for: the receipt of their objection",
        ),
        sa.Column(
            "emptied_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="its term was over: words and recipient are gone",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_archived",
        "notification",
        ["recipient", "told_at", "number"],
        unique=False,
        postgresql_where=sa.text("archived"),
    )
    op.create_index(
        "ix_notification_category",
        "notification",
        ["recipient", "category", "told_at", "number"],
        unique=False,
        postgresql_where=sa.text("not archived"),
    )
    op.create_index(
        "ix_notification_digest",
        "notification",
        ["digest", "recipient"],
        unique=False,
        postgresql_where=sa.text("digest is not null and digested_on is null"),
    )
    op.create_index(
        "ix_notification_due",
        "notification",
        ["recipient", "due_on"],
        unique=False,
        postgresql_where=sa.text("due_on is not null and not archived"),
    )
    op.create_index(
        "ix_notification_household",
        "notification",
        ["uscc", "told_at", "number"],
        unique=False,
        postgresql_where=sa.text("uscc is not null"),
    )
    op.create_index(
        "ix_notification_inbox",
        "notification",
        ["recipient", "told_at", "number"],
        unique=False,
        postgresql_where=sa.text("not archived"),
    )
    op.create_index(
        "ix_notification_letter",
        "notification",
        ["region", "number"],
        unique=False,
        postgresql_where=sa.text(
            "category = 'duty' and repeat = 0 and (uscc is not null or known_as is not null) and read_at is null\n"
            "    and not archived"
        ),
    )
    op.create_index(
        "ix_notification_told",
        "notification",
        ["told_at"],
        unique=False,
        postgresql_using="brin",
        postgresql_with={"autosummarize": True},
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["recipient", "told_at", "number"],
        unique=False,
        postgresql_include=["category"],
        postgresql_where=sa.text("read_at is null and not archived"),
    )
    op.create_table(
        "emptied_up_to",
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("told_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("category", name=op.f("pk_emptied_up_to")),
    )
    op.create_table(
        "ended_matter",
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("matter", sa.String(length=100), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, comment="when the event was written"),
        sa.PrimaryKeyConstraint("rule", "matter", name=op.f("pk_ended_matter")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=100), nullable=False, comment="of what would be told at once"),
        sa.Column("matter", sa.String(length=100), nullable=True),
        sa.Column("envelope", sa.Text(), nullable=False, comment="as it was heard"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_due", "reminder", ["due_on"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False, comment="the notification's"),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("suppression", sa.String(length=20), nullable=True),
        sa.Column(
            "try_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="queued: not before; handed over: when to ask for the receipt",
        ),
        sa.Column(
            "quiet", sa.String(length=11), nullable=True, comment="hours in which nobody is disturbed, 21:00-08:00"
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template_codes", sa.JSON(), nullable=False, comment="of the registered template, by gateway"),
        sa.Column("parameters", sa.JSON(), nullable=False, comment="of the registered template, in its order"),
        sa.Column(
            "text",
            sa.Text(),
            nullable=True,
            comment="as the recipient reads it on this channel; null: the notification's body",
        ),
        sa.Column("provider", sa.String(length=40), nullable=True, comment="who was given it last"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "given_to",
            postgresql.ARRAY(sa.String(length=40)),
            server_default="{}",
            nullable=False,
            comment="of earlier attempts, in their order",
        ),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "asked",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often what became of it was asked",
        ),
        sa.Column("turn", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), nullable=True, comment="first hand-over under the present key"
        ),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=100), nullable=True, comment="the provider's, of a refusal"),
        sa.Column("provider_reference", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('queued', 'sending', 'handed-over', 'delivered', 'failed', 'expired', 'uncertain',"
            " 'suppressed')",
            name=op.f("ck_message_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_queue",
        "message",
        ["channel", "lane", "turn", "try_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_message_leased", "message", ["leased_until"], unique=False, postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "ix_message_asked", "message", ["try_at"], unique=False, postgresql_where=sa.text("state = 'handed-over'")
    )
    op.create_index(
        "ix_message_open",
        "message",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state in ('queued', 'sending', 'handed-over')"),
    )
    op.create_index(
        "ix_message_open_region",
        "message",
        ["region", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('queued', 'sending', 'handed-over')"),
    )
    op.create_index(
        "ix_message_dead_ended",
        "message",
        ["ended_at"],
        unique=False,
        postgresql_where=sa.text("state in ('failed', 'expired', 'uncertain') and text_emptied_at is null"),
    )
    op.create_index(
        "ix_message_dead_region",
        "message",
        ["region", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('failed', 'expired', 'uncertain') and text_emptied_at is null"),
    )
    op.create_index(
        "ix_message_reference",
        "message",
        ["provider_reference", "provider"],
        unique=False,
        postgresql_where=sa.text("provider_reference is not null"),
    )
    op.create_index("ux_message_channel", "message", ["notification_id", "channel"], unique=True)
    op.create_table(
        "provider_standing",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_provider_standing")),
    )
    op.create_table(
        "waiting_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True, comment="ours, where the provider repeats it"),
        sa.Column("reference", sa.String(length=200), nullable=True, comment="the provider's own"),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_receipt")),
    )
    op.create_index("ix_waiting_receipt_try", "waiting_receipt", ["try_at", "id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True, comment="whose contact it is"),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.Boolean(), nullable=False, comment="the phone takes text messages"),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_operator",
        "contact",
        ["operator_ref", "uscc"],
        unique=False,
        postgresql_where=sa.text("operator_ref is not null"),
    )
    op.create_table(
        "own_contact",
        sa.Column("recipient", sa.String(length=220), nullable=False, comment="key of the recipient"),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.Boolean(), nullable=False, comment="the phone takes text messages"),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("channels", postgresql.ARRAY(sa.String(length=20)), nullable=True),
        sa.Column("opted_out", postgresql.ARRAY(sa.String(length=60)), nullable=False, comment="categories of rules"),
        sa.Column("consent_words", sa.String(length=40), nullable=True, comment="version of the words that were shown"),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_own_contact")),
    )
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(length=60), nullable=False, comment="department:region"),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False, comment="name of the bureau"),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.Boolean(), nullable=False, comment="the phone takes text messages"),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("kept_by", sa.String(length=200), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox")),
    )
    op.create_index("ix_mailbox_region", "mailbox", ["region", "department"], unique=False)
    op.create_table(
        "contact_delivery",
        sa.Column("delivered_by", sa.String(length=200), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("bureau", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("rejects_file", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("unreadable", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("coverage", sa.String(length=20), server_default="as-declared", nullable=False),
        sa.Column("unlisted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_delivery")),
    )
    op.create_index("ix_contact_delivery_newest", "contact_delivery", ["feed", "region", "sequence"], unique=False)
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
    )
    op.create_index("ix_webhook_event_queued_at", "webhook_event", ["queued_at"], unique=False)
    op.create_table(
        "webhook_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False, comment="of the receiving system"),
        sa.Column("receiver", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("event_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verification_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification_failure", sa.String(length=20), nullable=True, comment="of the last verification"),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="since the last success"),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True, comment="after a failure"),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.String(length=20), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_subscription")),
    )
    op.create_index("ix_webhook_subscription_region", "webhook_subscription", ["region", "id"], unique=False)
    op.create_index(
        "ux_webhook_subscription_url",
        "webhook_subscription",
        ["department", "region", "url"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, comment="calls that are known to have ended"),
        sa.Column("failure", sa.String(length=20), nullable=True, comment="of the last call"),
        sa.Column("status", sa.Integer(), nullable=True, comment="HTTP status of the last call"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["webhook_event.id"], name=op.f("fk_webhook_delivery_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["webhook_subscription.id"], name=op.f("fk_webhook_delivery_subscription_id")
        ),
        sa.PrimaryKeyConstraint("event_id", "subscription_id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["subscription_id", "try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_webhook_delivery_subscription",
        "webhook_delivery",
        ["subscription_id", "queued_at", "event_id"],
        unique=False,
    )
    op.create_table(
        "webhook_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["webhook_subscription.id"], name=op.f("fk_webhook_secret_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secret")),
    )
    op.create_index("ix_webhook_secret_subscription", "webhook_secret", ["subscription_id"], unique=False)
    op.create_table(
        "household_letter",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("manner", sa.String(length=20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("served_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_household_letter_notification_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_household_letter")),
    )
    op.create_index("ix_household_letter_region", "household_letter", ["region", "served_on"], unique=False)
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=2), nullable=False, comment="a province, or empty"),
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("derived_from", sa.Integer(), nullable=True, comment="the newest shipped version at that time"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("drafted_by", sa.String(length=200), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
    )
    op.create_index(
        "ux_rule_version_in_force",
        "rule_version",
        ["name", "scope"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index("ux_rule_version_number", "rule_version", ["name", "version"], unique=True)
    op.create_table(
        "too_old",
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", "event", "chain", name=op.f("pk_too_old")),
    )
    op.create_table(
        "waiting_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("envelope", sa.Text(), nullable=False, comment="as it was heard"),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_event")),
    )
    op.create_index("ix_waiting_event_due", "waiting_event", ["try_at"], unique=False)
    op.create_index("ix_waiting_event_household", "waiting_event", ["uscc"], unique=False)
    op.create_table(
        "fan_out",
        sa.Column("cause", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("told_up_to", sa.String(length=18), nullable=False, comment="the last household's code"),
        sa.Column(
            "again_from", sa.String(length=18), nullable=True, comment="the code before the first page to tell again"
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False, comment="not before"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cause", "rule", name=op.f("pk_fan_out")),
    )
    op.create_index(
        "ix_fan_out_under_way", "fan_out", ["begun_at"], unique=False, postgresql_where=sa.text("done_at is null")
    )
    op.create_table(
        "recent_event",
        sa.Column("event", sa.String(length=100), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("envelope", postgresql.JSONB(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event", "province", "slot", name=op.f("pk_recent_event")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("recent_event")
    op.drop_index("ix_fan_out_under_way", table_name="fan_out", postgresql_where=sa.text("done_at is null"))
    op.drop_table("fan_out")
    op.drop_index("ix_waiting_event_household", table_name="waiting_event")
    op.drop_index("ix_waiting_event_due", table_name="waiting_event")
    op.drop_table("waiting_event")
    op.drop_table("too_old")
    op.drop_index("ux_rule_version_number", table_name="rule_version")
    op.drop_index(
        "ux_rule_version_in_force", table_name="rule_version", postgresql_where=sa.text("state = 'published'")
    )
    op.drop_table("rule_version")
    op.drop_index("ix_household_letter_region", table_name="household_letter")
    op.drop_table("household_letter")
    op.drop_index("ix_webhook_secret_subscription", table_name="webhook_secret")
    op.drop_table("webhook_secret")
    op.drop_index("ix_webhook_delivery_subscription", table_name="webhook_delivery")
    op.drop_index(
        "ix_webhook_delivery_due", table_name="webhook_delivery", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_table("webhook_delivery")
    op.drop_index(
        "ux_webhook_subscription_url", table_name="webhook_subscription", postgresql_where=sa.text("state <> 'ended'")
    )
    op.drop_index("ix_webhook_subscription_region", table_name="webhook_subscription")
    op.drop_table("webhook_subscription")
    op.drop_index("ix_webhook_event_queued_at", table_name="webhook_event")
    op.drop_table("webhook_event")
    op.drop_index("ix_contact_delivery_newest", table_name="contact_delivery")
    op.drop_table("contact_delivery")
    op.drop_index("ix_mailbox_region", table_name="mailbox")
    op.drop_table("mailbox")
    op.drop_table("own_contact")
    op.drop_index("ix_contact_operator", table_name="contact", postgresql_where=sa.text("operator_ref is not null"))
    op.drop_table("contact")
    op.drop_index("ix_waiting_receipt_try", table_name="waiting_receipt")
    op.drop_table("waiting_receipt")
    op.drop_table("provider_standing")
    op.drop_index("ux_message_channel", table_name="message")
    op.drop_index(
        "ix_message_reference", table_name="message", postgresql_where=sa.text("provider_reference is not null")
    )
    op.drop_index(
        "ix_message_dead_ended",
        table_name="message",
        postgresql_where=sa.text("state in ('failed', 'expired', 'uncertain') and text_emptied_at is null"),
    )
    op.drop_index(
        "ix_message_dead_region",
        table_name="message",
        postgresql_where=sa.text("state in ('failed', 'expired', 'uncertain') and text_emptied_at is null"),
    )
    op.drop_index(
        "ix_message_open_region",
        table_name="message",
        postgresql_where=sa.text("state in ('queued', 'sending', 'handed-over')"),
    )
    op.drop_index(
        "ix_message_open",
        table_name="message",
        postgresql_where=sa.text("state in ('queued', 'sending', 'handed-over')"),
    )
    op.drop_index("ix_message_asked", table_name="message", postgresql_where=sa.text("state = 'handed-over'"))
    op.drop_index("ix_message_leased", table_name="message", postgresql_where=sa.text("state = 'sending'"))
    op.drop_index("ix_message_queue", table_name="message", postgresql_where=sa.text("state = 'queued'"))
    op.drop_table("message")
    op.drop_index(
        "ix_notification_unread",
        table_name="notification",
        postgresql_include=["category"],
        postgresql_where=sa.text("read_at is null and not archived"),
    )
    op.drop_index(
        "ix_notification_inbox",
        table_name="notification",
        postgresql_where=sa.text("not archived"),
    )
    op.drop_index(
        "ix_notification_household",
        table_name="notification",
        postgresql_where=sa.text("uscc is not null"),
    )
    op.drop_index(
        "ix_notification_due",
        table_name="notification",
        postgresql_where=sa.text("due_on is not null and not archived"),
    )
    op.drop_index(
        "ix_notification_digest",
        table_name="notification",
        postgresql_where=sa.text("digest is not null and digested_on is null"),
    )
    op.drop_index(
        "ix_notification_category",
        table_name="notification",
        postgresql_where=sa.text("not archived"),
    )
    op.drop_index(
        "ix_notification_archived",
        table_name="notification",
        postgresql_where=sa.text("archived"),
    )
    op.drop_index("ix_reminder_due", table_name="reminder")
    op.drop_table("reminder")
    op.drop_table("ended_matter")
    op.drop_index(
        "ix_notification_letter",
        table_name="notification",
        postgresql_where=sa.text(
            "category = 'duty' and repeat = 0 and (uscc is not null or known_as is not null) and read_at is null\n"
            "    and not archived"
        ),
    )
    op.drop_index("ix_notification_told", table_name="notification", postgresql_using="brin")
    op.drop_table("emptied_up_to")
    op.drop_table("notification")
    op.drop_index("ix_household_region", table_name="household")
    op.drop_index("ix_household_operator", table_name="household")
    op.drop_table("household")
    op.execute(sa.schema.DropSequence(sa.Sequence("notification_revision")))
