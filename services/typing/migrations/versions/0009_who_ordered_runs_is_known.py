"""Of runs that an officer ordered before it was kept from where, their own region counts as that: a level that does not
type cannot have them published. The bureau that types orders them again.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ORDERED_BY_AN_OFFICER = """
    UPDATE run SET ordered_from = region
     WHERE closing_id IS NULL AND ordered_from IS NULL AND published_by IS NULL"""


def upgrade() -> None:
    """To this revision."""
    op.execute(ORDERED_BY_AN_OFFICER)


def downgrade() -> None:
    """Nothing to take back: where a run was ordered from stays true enough, and was not known before."""
