"""A delivery is a state of its register: the same bytes may come again after others, and what a full delivery does not
list may wait for an officer's word. Since when a household has its operator.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IN_ORDER = """
    update register_delivery d set sequence = o.place
    from (select id, row_number() over (order by delivered_at, id) as place from register_delivery) o where o.id = d.id
"""
CONTINUED = """
    select setval(pg_get_serial_sequence('register_delivery', 'sequence'), greatest(max(sequence), 1),
        max(sequence) is not null) from register_delivery
"""


def upgrade() -> None:
    """To this revision."""
    op.add_column("register_delivery", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.execute(IN_ORDER)
    op.execute("alter table register_delivery alter sequence set not null")
    op.execute("alter table register_delivery alter sequence add generated always as identity")
    op.execute(CONTINUED)
    op.add_column("register_delivery", sa.Column("unreadable", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "register_delivery",
        sa.Column("coverage", sa.String(length=20), server_default="as-declared", nullable=False),
    )
    op.add_column("register_delivery", sa.Column("unlisted", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("register_delivery", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("household", sa.Column("operator_since", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_register_delivery_feed_sha256_region_mode"), "register_delivery", type_="unique")
    op.create_index("ix_register_delivery_newest", "register_delivery", ["feed", "region", "sequence"], unique=False)


def downgrade() -> None:
    """Back from this revision. Of deliveries of the same bytes only the last one is kept."""
    op.drop_column("household", "operator_since")
    op.drop_index("ix_register_delivery_newest", table_name="register_delivery")
    op.execute(
        "delete from register_delivery d using register_delivery later where later.sequence > d.sequence"
        " and (later.feed, later.sha256, later.region, later.mode) = (d.feed, d.sha256, d.region, d.mode)"
    )
    op.create_unique_constraint(
        op.f("uq_register_delivery_feed_sha256_region_mode"), "register_delivery", ["feed", "sha256", "region", "mode"]
    )
    for name in ("version", "unlisted", "coverage", "unreadable", "sequence"):
        op.drop_column("register_delivery", name)
