"""All tables of the portal on one metadata: what Alembic compares the migrations with."""

from services.portal.accounts import models as accounts
from services.portal.base import Base
from services.portal.sessions import models as sessions

CAPABILITIES = (accounts, sessions)
"""Importing these modules registers their tables on the metadata."""

metadata = Base.metadata
