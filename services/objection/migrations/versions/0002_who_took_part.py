"""Who took part in a decision or a notice, and the answer as others than the objector may read it.

Of decisions of before only the person who decided last is known.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KNOWN = """
    UPDATE contestable_decision SET made_by = jsonb_build_array(decided_by)
     WHERE decided_by IS NOT NULL AND decided_by NOT IN ('bus', 'clock')
"""
OPENED = "UPDATE public_notice SET made_by = jsonb_build_array(opened_by) WHERE opened_by IS NOT NULL"


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "contestable_decision",
        sa.Column(
            "made_by",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="all who took part, ever",
        ),
    )
    op.add_column(
        "public_notice",
        sa.Column(
            "made_by",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
            comment="all who took part",
        ),
    )
    op.add_column(
        "objection",
        sa.Column("public_answer", sa.Text(), nullable=True, comment="the same without the departments' own words"),
    )
    op.execute(KNOWN)
    op.execute(OPENED)


def downgrade() -> None:
    """Back from it."""
    op.drop_column("objection", "public_answer")
    op.drop_column("public_notice", "made_by")
    op.drop_column("contestable_decision", "made_by")
