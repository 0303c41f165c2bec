"""Row-level security: a bureau's request sees and changes what is told, kept and published of its region, whatever its
query says (shared/database/row_scope.py).

What was told to a household is also where the household is now, and what was told to a bureau is in that bureau's
inbox, whichever region it is about. What was told to a person is found by the person alone.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
INSIDE = f"starts_with(region, {SCOPE})"
BY_REGION = (
    *("mailbox", "household_letter", "recent_event", "webhook_subscription"),
    *("publication_recognition", "publication_notice"),
    *("publication_row", "publication_unnamed", "publication_tally"),
    *("publication_reconciliation_county", "publication_held_record", "publication_difference"),
    "publication_base_difference",
)
# What is made for a region concerns its counties, and the regions around it. `-` is no region: nothing is around it.
ALSO_AROUND = ("publication_run", "publication_reconciliation", "publication_base_check")
AROUND = f"starts_with({SCOPE}, region) AND {SCOPE} <> '-'"
HOUSEHOLD_HERE = f"EXISTS (SELECT FROM household h WHERE h.uscc = {{table}}.uscc AND starts_with(h.region, {SCOPE}))"
TO_BUREAU = f"starts_with(recipient, 'mailbox:') AND starts_with(split_part(recipient, ':', 3), {SCOPE})"
TO_PERSON = f"starts_with(recipient, 'person:') AND {SCOPE} <> '-'"
RULES = {
    **dict.fromkeys(BY_REGION, INSIDE),
    **dict.fromkeys(ALSO_AROUND, f"{INSIDE} OR {AROUND}"),
    "notification": f"{INSIDE} OR {HOUSEHOLD_HERE.format(table='notification')} OR {TO_BUREAU} OR {TO_PERSON}",
    "message": f"{INSIDE} OR EXISTS (SELECT FROM notification n WHERE n.id = message.notification_id)",
    "contact": HOUSEHOLD_HERE.format(table="contact"),
    # Whether its name is known is asked of a record that waits for the name.
    "publication_household": f"{INSIDE} OR EXISTS "
    "(SELECT FROM publication_unnamed u WHERE u.uscc = publication_household.uscc)",
    # What could not be read belongs to nobody's county: provinces see it.
    "publication_hand_in": f"{INSIDE} OR region = '' AND length({SCOPE}) = 2",
}


def upgrade() -> None:
    """To this revision."""
    # Of a bare `starts_with` of an unknown prefix PostgreSQL expects next to no row, and sorts where an index has the
    # order; within `coalesce` it expects every other one.
    for table, rule in RULES.items():
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce({rule}, false))")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it."""
    for table in RULES:
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
