"""Papers name the bureau that acted, and the day on which a proceeding was dropped or undone. None of before this."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BUREAU = "region of the bureau that did; null: before this was kept"
CLOSED = "the day on which it was dropped, or its decision undone; null also: before this was kept"


def upgrade() -> None:
    """To this revision."""
    op.add_column("application", sa.Column("turned_down_from", sa.String(length=6), nullable=True, comment=BUREAU))
    op.add_column("public_notice", sa.Column("opened_from", sa.String(length=6), nullable=True, comment=BUREAU))
    op.add_column("end_proceeding", sa.Column("closed_on", sa.Date(), nullable=True, comment=CLOSED))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column("end_proceeding", "closed_on")
    op.drop_column("public_notice", "opened_from")
    op.drop_column("application", "turned_down_from")
